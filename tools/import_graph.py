"""Print the import graph of a checkout in numbers: `python tools/import_graph.py [FOLDER]`, this one by default.

Rooms are the first-level packages of app/, the files that lie in app/ itself, and geo, layers, bulk. Every import
counts, also one inside a function or for types alone: hiding an edge does not remove it.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOTS = ("app", "bulk", "layers", "geo")
Edges = dict[str, set[str]]


@dataclass(frozen=True)
class Module:
    """A file of the checkout: its name, lines, and what it imports; ``deferred``: what it imports inside functions."""

    name: str
    lines: int
    imports: frozenset[str]
    deferred: frozenset[str]


def named(path: Path, folder: Path) -> str:
    """Dotted name of a file."""
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Names that a piece of code imports, the longest reading first: `from a import b` may mean a.b or a."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def read(folder: Path) -> dict[str, Module]:
    """All modules of the checkout."""
    found = {}
    for root in ROOTS:
        for path in sorted((folder / root).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            tree, name = ast.parse(text), named(path, folder)
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            deferred = frozenset(each for function in functions for each in imports(function, package))
            found[name] = Module(name, len(text.splitlines()), frozenset(imports(tree, package)), deferred)
    return found


def targets(names: frozenset[str], modules: dict[str, Module]) -> set[str]:
    """The modules of ours among imported names."""
    return {each if each in modules else each.rpartition(".")[0] for each in names} & modules.keys()


def room_of(name: str, modules: dict[str, Module]) -> str:
    """The room of a module."""
    parts = name.split(".")
    if parts[0] != "app":
        return parts[0]
    is_package = len(parts) > 2 or any(each.startswith(f"{name}.") for each in modules)
    return ".".join(parts[:2]) if len(parts) > 1 and is_package else "app (files)"


def reached(start: str, edges: Edges) -> set[str]:
    """All nodes that can be reached from a node by one edge or more."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def knots(edges: Edges) -> list[list[str]]:
    """Strongly connected components of two or more nodes, the largest first."""
    reach = {node: reached(node, edges) for node in edges}
    tied = {tuple(sorted(each for each in reach[node] if node in reach.get(each, ()))) for node in edges}
    return sorted((list(knot) for knot in tied if len(knot) > 1), key=len, reverse=True)


def graph(folder: Path) -> str:
    """The numbers as text."""
    modules = read(folder)
    rooms = {name: room_of(name, modules) for name in modules}
    size: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    between: dict[tuple[str, str], int] = defaultdict(int)
    of_modules: Edges = {}
    deferred = 0
    for name, module in modules.items():
        size[rooms[name]][0] += 1
        size[rooms[name]][1] += module.lines
        of_modules[name] = targets(module.imports, modules) - {name}
        deferred += len(targets(module.deferred, modules) - {name})
        for other in of_modules[name]:
            between[rooms[name], rooms[other]] += rooms[name] != rooms[other]
    crossing = {pair: count for pair, count in between.items() if count}
    of_rooms: Edges = defaultdict(set)
    for one, other in crossing:
        of_rooms[one].add(other)
    streamlit = [name for name, module in modules.items() if "streamlit" in {i.split(".")[0] for i in module.imports}]
    parts = [f"{'room':<22}{'modules':>8}{'lines':>8}"]
    parts += [f"{room:<22}{count:>8}{lines:>8}" for room, (count, lines) in sorted(size.items())]
    parts += [f"{'all':<22}{len(modules):>8}{sum(each.lines for each in modules.values()):>8}", ""]
    parts += [f"import edges between modules: {sum(map(len, of_modules.values()))}, inside functions: {deferred}"]
    parts += [f"edges between rooms: {len(crossing)} pairs, {sum(crossing.values())} imports"]
    for what, edges in (("rooms", dict(of_rooms)), ("modules", of_modules)):
        tied = knots(edges)
        parts += [f"{what} in import cycles: {sum(map(len, tied))}"]
        parts += [f"  {len(knot)}: {', '.join(knot)}" for knot in tied]
    parts += [f"modules that import streamlit: {len(streamlit)}", *(f"  {name}" for name in streamlit)]
    return "\n".join(parts)


if __name__ == "__main__":
    print(graph(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]))
