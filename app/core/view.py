"""What the user looks at: one frozen View, and its spelling in the URL. The only file that knows the query string.

The position of the map (`m=zoom/lat/lon`) belongs to the browser and is no part of the View.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.core.groups import CANDIDATE_IDS, FIRST_TARGET, GROUP_IDS, REFERENCE_IDS
from geo.errors import ParameterError
from layers import PLACES, REFERENCE
from layers.model import USER_ROLE
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

LANGUAGES = ("zh", "en")
LAYER_IDS = tuple(layer.id for layer in (*REFERENCE, *PLACES))
DEFAULT_LAYERS = tuple(layer.id for layer in PLACES if layer.on)
COMPILED = tuple(layer.id for layer in PLACES if layer.role != "modelled")  # drawn at first or not
MODELLED = tuple(layer.id for layer in PLACES if layer.role == "modelled")
MAP_POSITION = "m"
OF_SESSION = "own"
NO_LAYER = "none"
SECTIONS = ("land", "nearby", "analysis", "figures", "time", "places", "outlines", "own", "quality", "about")
# parameter -> field, for what the page alone looks at; the map's script writes them into the URL as it gets them
PAGE_PARAMETERS = {
    "tab": "section", "asof": "as_of", "fl": "figure_layers", "fk": "figure_kinds", "fy": "figure_years",
    "fq": "figure_search", "from": "near_from", "to": "near_to", "r": "reach_m", "complete": "complete",
    "an": "analysis", "demand": "demand", "cand": "candidates", "n": "new_points", "min": "at_least", "goal": "goal",
    "best": "best",
}  # fmt: skip
# parameter -> the values that a single choice may have; the first is the default
CHOICES: dict[str, tuple[str, ...]] = {
    "tab": SECTIONS,
    "from": GROUP_IDS,
    "to": (FIRST_TARGET, *(each for each in GROUP_IDS if each != FIRST_TARGET)),
    "r": ("500", "300", "1000", "2000", "3000", "5000"),
    "complete": ("", "1"),
    "an": ("near", "cover", "site"),
    "demand": ("residents", "land", "places"),
    "cand": CANDIDATE_IDS,
    "n": ("10", "1", "2", "3", "5", "15", "20", "30", "50"),
    "min": ("0", "1", "2"),
    "goal": ("cover", "center"),
    "best": ("", "1"),
}
OF_GROUPS = frozenset({"from", "to", "cand"})  # choices that may also be a layer that not every atlas has
FIGURE_LAYERS = (*(layer.id for layer in PLACES), "land")
FIGURE_KINDS = ("stock", "annual", "cumulative", "target", "projection", "event", "rate", "attribute")
LONGEST_SEARCH = 60
YEAR_DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class View:
    """A filter, the layers that are drawn and the language. Empty tuples mean: no restriction.

    Attributes
    ----------
    layers
        Exactly the layers that are drawn.
    coarse
        Whether places known only to their town or district take part in distance statistics.
    section
        The table below the map.
    as_of
        ISO date: show what was known on that day; empty for now.
    figure_layers, figure_kinds, figure_years, figure_search
        Filters of the list of stated figures; years are of the valid time.
    near_from, near_to, reach_m, complete
        The analysis: which group is asked of which, the radius, and ``1`` if the user declares the list complete.
    analysis
        Which of the three analyses is shown.
    demand, candidates, new_points, at_least, goal, best
        Siting: whom to reach, where new points may stand, how many, at least how many in each district, to what end,
        and ``1`` to search for the best plan instead of taking the quick one.
    token
        Of the session whose user layers take part; it stands in the addresses of files, never in the page's.
    """

    lang: str = "zh"
    districts: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    layers: tuple[str, ...] = DEFAULT_LAYERS
    methods: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    coarse: bool = False
    section: str = SECTIONS[0]
    as_of: str = ""
    figure_layers: tuple[str, ...] = ()
    figure_kinds: tuple[str, ...] = ()
    figure_years: tuple[str, ...] = ()
    figure_search: str = ""
    near_from: str = CHOICES["from"][0]
    near_to: str = CHOICES["to"][0]
    reach_m: str = CHOICES["r"][0]
    complete: str = CHOICES["complete"][0]
    analysis: str = CHOICES["an"][0]
    demand: str = CHOICES["demand"][0]
    candidates: str = CHOICES["cand"][0]
    new_points: str = CHOICES["n"][0]
    at_least: str = CHOICES["min"][0]
    goal: str = CHOICES["goal"][0]
    best: str = CHOICES["best"][0]
    token: str = ""

    def __post_init__(self) -> None:
        """Bring lists into one order, so that equal views are equal and spelled alike.

        A code that does not exist stays in a filter of places, at its end: no place has it, and dropping it could turn
        a filter that nothing passes into none at all.
        """
        codes = {"districts": DISTRICT_CODES, "sectors": SECTOR_CODES, "methods": METHOD_CODES}
        for name, order in codes.items():
            wanted = frozenset(getattr(self, name))
            object.__setattr__(self, name, (*_ordered(wanted, order), *sorted(wanted.difference(order))))
        orders = {
            "figure_layers": FIGURE_LAYERS, "figure_kinds": FIGURE_KINDS,
            "layers": (*LAYER_IDS, *sorted(filter(is_user_layer, self.layers), key=_age)),
        }  # fmt: skip
        for name, order in orders.items():
            object.__setattr__(self, name, _ordered(getattr(self, name), order))
        object.__setattr__(self, "towns", tuple(sorted(set(self.towns))))
        object.__setattr__(self, "figure_years", tuple(sorted(set(self.figure_years))))


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A part of a URL that means nothing here: said to the user, never raised."""

    parameter: str
    value: str


def from_query(
    query: Mapping[str, str], *, towns: Iterable[str], own: tuple[str, ...] = ()
) -> tuple[View, tuple[Ignored, ...]]:
    """Read a View from URL parameters; what cannot be understood is ignored and reported.

    Parameters
    ----------
    query
        Parameter to value; lists are comma-joined.
    towns
        The town names that exist.
    own
        Ids of the layers that not every atlas has: what the deployer imported and the user brought.
    """
    allowed = {
        "d": DISTRICT_CODES, "s": SECTOR_CODES, "p": METHOD_CODES, "t": tuple(towns),
        "l": (*LAYER_IDS, *filter(is_user_layer, own)),
        "fl": FIGURE_LAYERS, "fk": FIGURE_KINDS, "lang": LANGUAGES, "coarse": ("1",),
    }  # fmt: skip
    lists: dict[str, tuple[str, ...]] = {}
    ignored: list[Ignored] = []
    for key, values in allowed.items():
        wanted = [value for value in query.get(key, "").split(",") if value and (key, value) != ("l", NO_LAYER)]
        ignored += [Ignored(parameter=key, value=value) for value in wanted if value not in values]
        lists[key] = _ordered(wanted, values)
    years = [year for year in query.get("fy", "").split(",") if year]
    as_of, search = query.get("asof", ""), query.get("fq", "")
    ignored += [Ignored(parameter="fy", value=year) for year in years if not _is_year(year)]
    ignored += [Ignored(parameter="asof", value=as_of)] if as_of and not _is_date(as_of) else []
    chosen = {
        key: query[key]
        for key, values in CHOICES.items()
        if query.get(key) in values or (key in OF_GROUPS and query.get(key) in own and _is_group(query[key]))
    }
    ignored += [Ignored(parameter=key, value=query[key]) for key in CHOICES if query.get(key) and key not in chosen]
    known = {*allowed, *CHOICES, "fy", "asof", "fq", MAP_POSITION, OF_SESSION}
    ignored += [Ignored(parameter=key, value=value) for key, value in query.items() if key not in known]
    view = View(
        lang=_last(lists["lang"], "zh"), districts=lists["d"], sectors=lists["s"], methods=lists["p"],
        layers=lists["l"] if lists["l"] or query.get("l") == NO_LAYER else DEFAULT_LAYERS, towns=lists["t"],
        coarse=bool(lists["coarse"]),
        as_of=as_of if _is_date(as_of) else "", figure_layers=lists["fl"], figure_kinds=lists["fk"],
        figure_years=tuple(filter(_is_year, years)), figure_search=search[:LONGEST_SEARCH],
        **{PAGE_PARAMETERS[key]: value for key, value in chosen.items()},
    )  # fmt: skip
    return view, tuple(ignored)


def to_query(view: View) -> str:
    """Spell a View as a URL query without the leading question mark; defaults are left out."""
    parts = {
        "lang": view.lang if view.lang != "zh" else "",
        "d": ",".join(view.districts),
        "s": ",".join(view.sectors),
        "l": "" if view.layers == DEFAULT_LAYERS else ",".join(view.layers) or NO_LAYER,
        "p": ",".join(view.methods),
        "t": ",".join(view.towns),
        "coarse": "1" if view.coarse else "",
        **page_query(view),
        OF_SESSION: view.token,
    }
    return urlencode({key: value for key, value in parts.items() if value}, safe=",")


def page_query(view: View) -> dict[str, str]:
    """Spell what the page alone looks at: parameter to value, empty for a default."""
    default = View()
    parts = {}
    for parameter, name in PAGE_PARAMETERS.items():
        value = getattr(view, name)
        text = value if isinstance(value, str) else ",".join(value)
        parts[parameter] = "" if value == getattr(default, name) else text
    return parts


def to_browser(view: View) -> dict[str, list[str] | bool]:
    """Spell a View as the browser's map knows it."""
    return {
        "d": list(view.districts), "s": list(view.sectors), "l": list(view.layers), "p": list(view.methods),
        "t": list(view.towns), "coarse": view.coarse,
    }  # fmt: skip


def from_browser(message: object, *, view: View, towns: Iterable[str], own: tuple[str, ...] = ()) -> View:
    """Take over what the map's control decides; everything else stays as it was. Foreign values are dropped."""
    if not isinstance(message, Mapping):
        return view
    query = {
        key: ",".join(str(value) for value in message[key])
        for key in ("d", "s", "l", "p", "t")
        if isinstance(message.get(key), list | tuple)
    }
    if "l" in query and not query["l"]:
        query["l"] = NO_LAYER
    read, _ = from_query(query, towns=towns, own=own)
    return replace(
        view, districts=read.districts, sectors=read.sectors, layers=read.layers, methods=read.methods, towns=read.towns
    )


def is_user_layer(layer_id: str) -> bool:
    """Whether an id is that of a layer which a user brought (own1, own2, ...)."""
    return layer_id.startswith(USER_ROLE) and layer_id.removeprefix(USER_ROLE).isdecimal()


def _is_group(layer_id: str) -> bool:
    return is_user_layer(layer_id) or layer_id in REFERENCE_IDS


def without(view: View, layer_id: str) -> View:
    """A view that does not speak of a layer any more."""
    fields: dict[str, Any] = {
        PAGE_PARAMETERS[key]: CHOICES[key][0] for key in OF_GROUPS if getattr(view, PAGE_PARAMETERS[key]) == layer_id
    }
    return replace(view, layers=tuple(each for each in view.layers if each != layer_id), **fields)


def district_code(name_or_code: str, *, names: Mapping[str, str]) -> str:
    """Code of a district given by code or name (松江区, Songjiang).

    Parameters
    ----------
    names
        Any accepted name to code.

    Raises
    ------
    ParameterError
        If there is no such district; the hint lists all.
    """
    code = names.get(name_or_code.strip().lower())
    if code is None:
        msg = f"there is no district {name_or_code!r} in Shanghai"
        by_code: dict[str, list[str]] = {}
        for name, each in names.items():
            by_code.setdefault(each, []).append(name)
        hint = "The districts are: " + ", ".join(" ".join(dict.fromkeys(each)) for each in by_code.values())
        raise ParameterError(msg, code="unknown_district", where=name_or_code, hint=hint)
    return code


def _ordered(wanted: Iterable[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    kept = frozenset(wanted)
    return tuple(value for value in allowed if value in kept)


def _age(layer_id: str) -> int:
    return int(layer_id.removeprefix(USER_ROLE))


def _last(values: tuple[str, ...], otherwise: str) -> str:
    return values[-1] if values else otherwise


def _is_year(value: str) -> bool:
    return len(value) == YEAR_DIGITS and value.isascii() and value.isdigit()


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
