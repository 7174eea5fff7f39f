"""Our ES modules as one file: a browser asks for forty small files ten times longer than for one.

The modules keep to a narrow way of writing (checked here), so that joining them needs no tool: every import is one
line of names from a neighbour, nothing is renamed or passed on, and only the entry has a default export.
"""

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "\./(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default (\w+);$", re.MULTILINE)
UNKNOWN = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(folder: Path, entry: str) -> str:
    """Join a module and all that it imports; the result exports the entry's default.

    Parameters
    ----------
    folder
        Holds the modules, ``name.js`` each.
    entry
        Name of the module that comes last.

    Raises
    ------
    ValueError
        If a module imports or exports in another way than described above, or in a circle.
    """
    sources: dict[str, str] = {}
    _collect(folder, entry, sources, above=())
    default = DEFAULT.search(sources[entry])
    if default is None:
        msg = f"{entry}.js has no default export of a name"
        raise ValueError(msg)
    parts = [_wrapped(name, source) for name, source in sources.items()]
    return "\n".join([*parts, f"export default {_variable(entry)}.{default[1]};\n"])


def _collect(folder: Path, name: str, into: dict[str, str], *, above: tuple[str, ...]) -> None:
    """Gather modules so that each stands after all that it imports."""
    if name in into:
        return
    if name in above:
        msg = f"modules import each other in a circle: {' -> '.join((*above, name))}"
        raise ValueError(msg)
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    for match in IMPORT.finditer(source):
        _collect(folder, match[2], into, above=(*above, name))
    into[name] = source


def _wrapped(name: str, source: str) -> str:
    """Give a module a scope of its own: a function that hands out what the module exports."""
    names = EXPORT.findall(source) + DEFAULT.findall(source)
    body = DEFAULT.sub("", EXPORT.sub("", IMPORT.sub(_taken, source)))
    if unknown := UNKNOWN.search(body):
        msg = f"{name}.js writes an import or export that the bundle does not know: {unknown[0]!r}"
        raise ValueError(msg)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();"


def _taken(match: re.Match[str]) -> str:
    return f"const {{ {match[1]} }} = {_variable(match[2])};"


def _variable(name: str) -> str:
    return f"__{name}"
