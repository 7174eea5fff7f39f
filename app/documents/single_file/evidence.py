"""What every stated figure rests on, in words of both languages: the evidence window without a server."""

from typing import Any

from app.core.atlas import Atlas
from app.core.evidence import FigureEvidence, Pair, claim_text, evidence_of, verdict_names
from app.i18n.texts import text
from layers.figures import Figure, citation, value_text

LANGUAGES = ("zh", "en")


def evidence(atlas: Atlas) -> dict[str, list[dict[str, Any]]]:
    """Figure id to its evidence, first in Chinese, then in English. The documents' own sentences stay outside."""
    found = {key: evidence_of(atlas, key, documents=None) for key in atlas.evidence.figures}
    return {
        key: [_in_words(each, atlas, lang) for lang in LANGUAGES] for key, each in found.items() if each is not None
    }


def _in_words(found: FigureEvidence, atlas: Atlas, lang: str) -> dict[str, Any]:
    figure, at = found.figure, LANGUAGES.index(lang)
    when = (text("col_as_of", lang), figure.as_of or "–", (figure.as_of_note_zh, figure.as_of_note_en)[at])
    document = atlas.evidence.documents.get(figure.document)
    basis = (document.date_basis_zh, document.date_basis_en)[at] if document else ""
    conflicts = [f"{each['id']} {each[f'statement_{lang}']} → {each[f'rule_{lang}']}" for each in found.conflicts]
    return {
        "value": found.value[at],
        "subject": f"{found.subject[at]} · {found.measure[at]} · {figure.id}",
        "kinds": [text("stated", lang), found.kind[at], found.basis[at]],
        "trust": f"{text('trust', lang)}: {found.trust_step + 1} / 5 · {_name(found, at)}",
        "lines": [line for line in (" · ".join(part for part in when if part), _note(figure, at)) if line],
        "source": f"{text('col_source', lang)}: {found.source[at]}",
        "document": " · ".join(part for part in (document.file if document else "", basis) if part),
        "claims": [
            f"{text('claim', lang)} {claim.id} · {claim_text(claim)} · {verdict_names(claim)[at]}"
            for claim in found.claims
        ],
        "conflicts": conflicts,
        "agreeing": [_line(each, atlas, at) for each in found.agreeing],
        "disagreeing": [_line(each, atlas, at) for each in found.disagreeing],
    }


def _name(found: FigureEvidence, at: int) -> str:
    pair: Pair = (found.trust.name_zh, found.trust.name_en)
    return pair[at]


def _note(figure: Figure, at: int) -> str:
    return (figure.note_zh, figure.note_en)[at]


def _line(figure: Figure, atlas: Atlas, at: int) -> dict[str, str]:
    """Another figure in one line, by which its own evidence opens."""
    subject = (figure.subject_zh, figure.subject_en)[at]
    said = (subject, value_text(figure)[at], figure.as_of, citation(figure, atlas.evidence)[at])
    return {"id": figure.id, "text": " · ".join(part for part in said if part)}
