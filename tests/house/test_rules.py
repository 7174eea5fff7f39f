"""Rules of the code that no linter knows, read from the code itself; ruff, mypy and import-linter hold the others."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = tuple(name for name in ("geo", "layers", "app", "bulk") if (ROOT / name).is_dir())
LINES = 500
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))] + [ROOT / "atlas_app.py"]
PYTHON = [*MODULES, *(path for room in ("tools", "tests", "bench") for path in sorted((ROOT / room).rglob("*.py")))]
READERS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "unlink",
    "mkdir",
    "iterdir",
    "glob",
    "rglob",
}
DISK = {"read_file", "read_csv", "read_parquet", "to_file", "to_csv", "urlopen", "touch", "rmdir", "NamedTemporaryFile"}
# a deadline needs a clock: it says how long is searched or waited, and nothing that is called exact depends on it
CLOCKS = {"sleep", "monotonic"}
KWARGS_OF_STARLETTE = ("routes.py", "file_response")  # an override must take what its parent takes
# words that only this project's first builders knew; ARCHITECTURE's words stand for them
PRIVATE_WORDS = re.compile(
    r"(?:^|_)(?:parcels?|shelf|shelves|told|brought|belief|whereabouts|cabinet|drawer)(?:$|_)", re.IGNORECASE
)


def place(path: Path) -> str:
    """Name a file by its path in the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """List all nodes of a module."""
    return tuple(ast.walk(tree(path)))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk over all functions of a module, nested ones too."""
    yield from (node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called(path: Path) -> set[str]:
    """Name everything that a module calls."""
    calls = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def imported(path: Path) -> set[str]:
    """Name every module that a module imports, and what it takes from them, wherever the import stands."""
    whole = {alias.name for node in nodes(path) if isinstance(node, ast.Import) for alias in node.names}
    parts = [node for node in nodes(path) if isinstance(node, ast.ImportFrom)]
    return (
        whole | {str(node.module) for node in parts} | {f"{node.module}.{a.name}" for node in parts for a in node.names}
    )


def module_name(path: Path) -> str:
    """Spell a file as Python imports it."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def public(path: Path) -> list[ast.FunctionDef]:
    """List the public functions of a module's top level."""
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_a_file_is_no_longer_than_one_noun_needs() -> None:
    assert [place(path) for path in PYTHON if len(path.read_text(encoding="utf-8").splitlines()) > LINES] == []


def test_no_function_hides_its_arguments_behind_stars() -> None:
    for path in MODULES:
        for function in functions(path):
            allowed = (path.name, function.name) == KWARGS_OF_STARLETTE
            assert function.args.kwarg is None or allowed, (place(path), function.name)


def test_no_import_in_a_function_hides_a_circle() -> None:
    # imports inside functions count like all others: one that loads a heavy library late is fine, a circle is not
    names = {module_name(path): path for path in MODULES}
    graph = {name: (imported(path) & set(names)) - {name} for name, path in names.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


@pytest.mark.parametrize("package", ["geo", "layers"])
def test_only_one_file_touches_the_disk(package: str) -> None:
    for path in sorted((ROOT / package).rglob("*.py")):
        if place(path) != "geo/io.py":
            # calls of our own `io.read_text` go through that file: what may not be called are the disk's own verbs
            own = {node.func.attr for node in nodes(path) if is_call_of_io(node)}
            assert (called(path) & (READERS | DISK)) <= own, place(path)


def is_call_of_io(node: ast.AST) -> bool:
    """Say whether a call goes through geo/io.py."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "io"
    )


def test_only_the_service_caches_data() -> None:
    marks = re.compile(r"^\s*@(?:\w+\.)*(?:cache_data|cache_resource|cache|lru_cache)\b", re.MULTILINE)
    found = {place(path) for path in MODULES if marks.search(path.read_text(encoding="utf-8"))}
    # of the program, not of data
    constants = {"geo/crs.py", "app/i18n/texts.py", "app/server/headers.py", "app/server/front_page.py"}
    assert {each for each in found - constants if not each.startswith("app/service/")} == set()


def test_nothing_depends_on_the_clock_or_on_chance() -> None:
    for path in MODULES:
        names = imported(path)
        assert {name.partition(".")[0] for name in names}.isdisjoint({"random", "secrets"}), place(path)
        from_time = {name.removeprefix("time.") for name in names if name.startswith("time.")}
        assert "time" not in names or (from_time and from_time <= CLOCKS), place(path)
        # the day is read at the edge, in app/, and handed inwards
        inner = place(path).startswith(("geo/", "layers/"))
        assert not inner or called(path).isdisjoint({"now", "today", "utcnow", "default_rng"}), place(path)


def test_every_public_function_says_what_it_does_and_what_it_raises() -> None:
    for package in ("geo", "layers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for function in public(path):
                words = ast.get_docstring(function) or ""
                assert words.split("\n")[0].endswith("."), (place(path), function.name)
                raises = any(isinstance(node, ast.Raise) and node.exc for node in ast.walk(function))
                said = "Raises\n------" in words or words.startswith("Raise ")
                assert said or not raises, (place(path), function.name)


def test_geo_describes_its_parameters_or_shows_an_example() -> None:
    sections = ("Parameters\n", "Returns\n", "Raises\n", "Examples\n")
    bare = [
        f"{path.name}:{function.name}"
        for path in sorted((ROOT / "geo").rglob("*.py"))
        for function in public(path)
        if function.args.args and not any(section in (ast.get_docstring(function) or "") for section in sections)
    ]
    # one line says it all where a function has one plain argument and one plain answer
    assert set(bare) <= {
        "io.py:sha256",
        "io.py:write_text",
        "geojson.py:features",
        "geojson.py:plain",
        "frames.py:records",
    }


def test_the_fields_words_are_used() -> None:
    for path in MODULES:
        names = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
        names |= {node.name for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        names |= {node.arg for node in nodes(path) if isinstance(node, ast.arg)}
        names |= {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
        assert [name for name in sorted(names) if PRIVATE_WORDS.search(name)] == [], place(path)


def test_every_requirement_is_pinned_exactly() -> None:
    for path in sorted(ROOT.glob("requirements*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pinned = re.fullmatch(r"[a-z0-9_-]+==[\w.]+", line)
            assert pinned or not line or line.startswith(("#", "-r")), (path.name, line)


def test_warnings_are_errors() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert settings["filterwarnings"][0] == "error"


def test_no_test_sleeps() -> None:
    assert [place(path) for path in sorted((ROOT / "tests").rglob("*.py")) if "sleep" in called(path)] == []
