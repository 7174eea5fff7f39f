"""What the reader looks at: one frozen View, and its spelling in the URL. The only file that knows the query string.

The position of the map (`m=zoom/lat/lon`) belongs to the browser and is no part of the View.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from geo.errors import ParameterError
from layers import PLACES
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

LANGUAGES = ("zh", "en")
LAYER_IDS = tuple(layer.id for layer in PLACES)
DEFAULT_LAYERS = tuple(layer.id for layer in PLACES if layer.on)
MAP_POSITION = "m"
NO_LAYER = "none"


@dataclass(frozen=True, kw_only=True)
class View:
    """A filter, the layers that are drawn and the language. Empty tuples mean: no restriction.

    Attributes
    ----------
    layers
        Exactly the layers that are drawn.
    coarse
        Whether places known only to their town or district take part in distance statistics.
    """

    lang: str = "zh"
    districts: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    layers: tuple[str, ...] = DEFAULT_LAYERS
    methods: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    coarse: bool = False

    def __post_init__(self) -> None:
        """Bring lists into one order, so that equal views are equal and spelled alike."""
        orders = {"districts": DISTRICT_CODES, "sectors": SECTOR_CODES, "layers": LAYER_IDS, "methods": METHOD_CODES}
        for name, order in orders.items():
            object.__setattr__(self, name, _ordered(getattr(self, name), order))
        object.__setattr__(self, "towns", tuple(sorted(set(self.towns))))


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A part of a URL that means nothing here: said to the reader, never raised."""

    parameter: str
    value: str


def from_query(query: Mapping[str, str], *, towns: Iterable[str]) -> tuple[View, tuple[Ignored, ...]]:
    """Read a View from URL parameters; what cannot be understood is ignored and reported.

    Parameters
    ----------
    query
        Parameter to value; lists are comma-joined.
    towns
        The town names that exist.
    """
    allowed = {"d": DISTRICT_CODES, "s": SECTOR_CODES, "p": METHOD_CODES, "t": tuple(towns), "l": LAYER_IDS}
    ignored: list[Ignored] = []
    lists: dict[str, tuple[str, ...]] = {}
    for key, values in allowed.items():
        wanted = [value for value in query.get(key, "").split(",") if value and (key, value) != ("l", NO_LAYER)]
        ignored += [Ignored(parameter=key, value=value) for value in wanted if value not in values]
        lists[key] = _ordered(wanted, values)
    lang = query.get("lang", "zh")
    if lang not in LANGUAGES:
        ignored.append(Ignored(parameter="lang", value=lang))
        lang = "zh"
    if query.get("coarse", "") not in {"", "0", "1"}:
        ignored.append(Ignored(parameter="coarse", value=query["coarse"]))
    known = {*allowed, "lang", "coarse", MAP_POSITION}
    ignored += [Ignored(parameter=key, value=value) for key, value in query.items() if key not in known]
    drawn = lists["l"] if lists["l"] or query.get("l") == NO_LAYER else DEFAULT_LAYERS
    view = View(
        lang=lang, districts=lists["d"], sectors=lists["s"], layers=drawn, methods=lists["p"], towns=lists["t"],
        coarse=query.get("coarse") == "1",
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
    }
    return urlencode({key: value for key, value in parts.items() if value}, safe=",")


def to_browser(view: View) -> dict[str, list[str] | bool]:
    """Spell a View as the browser's map knows it."""
    return {
        "d": list(view.districts), "s": list(view.sectors), "l": list(view.layers), "p": list(view.methods),
        "t": list(view.towns), "coarse": view.coarse,
    }  # fmt: skip


def from_browser(message: object, *, view: View, towns: Iterable[str]) -> View:
    """Read a View from the browser's message; the language stays as it was. Foreign values are dropped."""
    if not isinstance(message, Mapping):
        return view
    query = {
        key: ",".join(str(value) for value in message[key])
        for key in ("d", "s", "l", "p", "t")
        if isinstance(message.get(key), list | tuple)
    }
    if "l" in query and not query["l"]:
        query["l"] = NO_LAYER
    coarse = message.get("coarse", view.coarse)
    read, _ = from_query({**query, "coarse": "1" if coarse is True else "0"}, towns=towns)
    return replace(read, lang=view.lang)


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
        hint = "The districts are: " + " ".join(name for name in names if not name.isascii())
        raise ParameterError(msg, code="unknown_district", where=name_or_code, hint=hint)
    return code


def _ordered(wanted: Iterable[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
    kept = frozenset(wanted)
    return tuple(value for value in allowed if value in kept)
