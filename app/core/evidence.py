"""What a stated figure rests on: value and kind, document, passage in context, agreement, conflicts, trust."""

from dataclasses import dataclass
from pathlib import Path

from app.core.atlas import Atlas
from app.core.figures import BASIS_NAMES, KIND_NAMES
from layers import PLACES
from layers.claims import FLAGS, VERDICTS, ClaimResult, check_claims
from layers.figures import Figure, citation, value_text
from layers.passages import REASONS, TRUST_LEVELS, PassageState, context, is_contested, passage_state, trust
from layers.vocabulary import Term, value_name

Pair = tuple[str, str]
CONTEXT_CHARACTERS = 90  # on either side: the passage itself stays in sight


@dataclass(frozen=True, kw_only=True)
class FigureEvidence:
    """Everything the page shows about a stated figure. Pairs are Chinese and English.

    Attributes
    ----------
    passage
        Pieces of the document in order, True for the passage itself; empty where the document is not at hand.
    agreeing, disagreeing
        Other figures of the same subject and measure, and those that a conflict sets against this one.
    """

    figure: Figure
    subject: Pair
    measure: Pair
    value: Pair
    kind: Pair
    basis: Pair
    source: Pair
    state: PassageState
    reason: Pair
    trust: Term
    trust_step: int
    passage: tuple[tuple[str, bool], ...]
    agreeing: tuple[Figure, ...]
    disagreeing: tuple[Figure, ...]
    conflicts: tuple[dict[str, str], ...]
    claims: tuple[ClaimResult, ...]
    location: Pair


def evidence_of(atlas: Atlas, figure_id: str, *, documents: Path | None) -> FigureEvidence | None:
    """Gather the evidence of a figure; None if there is no such figure."""
    figure = atlas.evidence.figures.get(figure_id)
    if figure is None:
        return None
    document = atlas.evidence.documents.get(figure.document)
    state = passage_state(figure, document, documents)
    method = _location_method(atlas, figure.subject_id)
    level = trust(figure, state, location_method=method, has_conflict=is_contested(figure, atlas.evidence))
    measure = atlas.evidence.measures[figure.measure]
    levels = [term.code for term in TRUST_LEVELS]
    same, against = _others(atlas, figure)
    return FigureEvidence(
        figure=figure,
        subject=(figure.subject_zh, figure.subject_en),
        measure=(measure["label_zh"], measure["label_en"]),
        value=value_text(figure),
        kind=KIND_NAMES[figure.semantics],
        basis=BASIS_NAMES[figure.basis],
        source=citation(figure, atlas.evidence),
        state=state,
        reason=_name(REASONS, state.reason),
        trust=TRUST_LEVELS[levels.index(level)],
        trust_step=levels.index(level),
        passage=context(figure, document, documents, characters=CONTEXT_CHARACTERS),
        agreeing=same,
        disagreeing=against,
        conflicts=tuple(atlas.evidence.conflicts[key] for key in figure.conflicts if key in atlas.evidence.conflicts),
        claims=tuple(
            claim for claim in check_claims(atlas.evidence) if figure.id in {*claim.figures, claim.printed_id}
        ),
        location=value_name("location_method", method) if method else ("", ""),
    )


def verdict_names(claim: ClaimResult) -> Pair:
    """A claim's verdict with its flags in words."""
    verdict = _name(VERDICTS, claim.verdict)
    flags = [_name(FLAGS, flag) for flag in claim.flags]
    return (
        "，".join([verdict[0], *(zh for zh, _ in flags)]),
        ", ".join([verdict[1], *(en.lower() for _, en in flags)]),
    )


def claim_text(claim: ClaimResult) -> str:
    """A claim in one line of numbers: relation, what it gives, between which bounds, and what is printed."""
    low = "−∞" if claim.low is None else f"{claim.low:,.6g}"
    high = "∞" if claim.high is None else f"{claim.high:,.6g}"
    between = f" [{low}, {high}]" if (claim.low, claim.high) != (claim.computed, claim.computed) else ""
    printed = "" if claim.printed is None else f" · {claim.printed_id}: {claim.printed:,.10g}"
    return f"{claim.relation}: {claim.computed:,.6g}{between}{printed}"


def _others(atlas: Atlas, figure: Figure) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    """Figures of the same subject and measure; and those that conflicts name beside this one."""
    everything = atlas.evidence.figures
    set_against = {
        key
        for code in figure.conflicts
        if code in atlas.evidence.conflicts
        for key in atlas.evidence.conflicts[code]["figures"].split("|")
        if key in everything and key != figure.id
    }
    same = [
        each
        for each in everything.values()
        if each.id != figure.id
        and each.subject_id
        and (each.subject_id, each.measure) == (figure.subject_id, figure.measure)
        and each.id not in set_against
    ]
    return tuple(same), tuple(everything[key] for key in sorted(set_against))


def _location_method(atlas: Atlas, subject_id: str) -> str | None:
    for layer in PLACES:
        frame = atlas.frame(layer.id)
        found = frame[frame["id"] == subject_id]["location_method"].to_list()
        if found:
            return str(found[0])
    return None


def _name(terms: tuple[Term, ...], code: str) -> Pair:
    term = next(term for term in terms if term.code == code)
    return term.name_zh, term.name_en
