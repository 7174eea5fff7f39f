"""The house rules of the code, read from the code itself."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("geo", "layers", "app")
LINES = 300
STATEMENTS = 30
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))] + [ROOT / "atlas_app.py"]
PYTHON = [*MODULES, *(path for room in ("tools", "tests", "bench") for path in sorted((ROOT / room).rglob("*.py")))]
EVERY_MODULE = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
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
# a deadline needs a clock: it says how long is searched, and nothing that is called proven depends on it
KEEPS_A_DEADLINE = ("search_child.py", "monotonic")
KWARGS_OF_STARLETTE = ("routes.py", "file_response")  # an override must take what its parent takes


def tree(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk over all functions of a module, nested ones too."""
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called(path: Path) -> set[str]:
    """Name everything that a module calls."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def imported(path: Path) -> set[str]:
    """Name every module that a module imports."""
    names = {alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}


def taken_from(path: Path, module: str) -> set[str]:
    """Names that a module takes from another one; the whole of it counts as its own name."""
    nodes = list(ast.walk(tree(path)))
    from_it = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == module]
    whole = [node for node in nodes if isinstance(node, ast.Import)]
    return {each.name for node in from_it for each in node.names} | {
        each.name for node in whole for each in node.names if each.name == module
    }


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_has_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


@EVERY_MODULE
def test_a_function_has_at_most_30_statements(path: Path) -> None:
    for function in functions(path):
        statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1
        assert statements <= STATEMENTS, function.name


@EVERY_MODULE
def test_a_module_says_in_its_first_sentence_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@EVERY_MODULE
def test_no_function_hides_its_arguments_behind_stars(path: Path) -> None:
    for function in functions(path):
        assert function.args.kwarg is None or (path.name, function.name) == KWARGS_OF_STARLETTE, function.name


@EVERY_MODULE
def test_no_default_can_be_changed_by_a_caller(path: Path) -> None:
    for function in functions(path):
        for default in (*function.args.defaults, *(each for each in function.args.kw_defaults if each)):
            assert not isinstance(default, ast.List | ast.Dict | ast.Set), function.name


@EVERY_MODULE
def test_nothing_is_printed(path: Path) -> None:
    assert "print" not in called(path)


@EVERY_MODULE
def test_no_error_is_caught_without_naming_it(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, node.lineno
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            assert {getattr(each, "id", "") for each in caught}.isdisjoint({"Exception", "BaseException"}), node.lineno


@pytest.mark.parametrize("room", ["geo", "layers"])
def test_only_one_file_touches_the_disk(room: str) -> None:
    for path in sorted((ROOT / room).glob("*.py")):
        if (room, path.name) != ("geo", "io.py"):
            # our own `io.read_text` is the door: what may not be called are the disk's own verbs
            own = {node.func.attr for node in ast.walk(tree(path)) if is_own_door(node)}
            assert (called(path) & (READERS | DISK)) <= own, path.name


def is_own_door(node: ast.AST) -> bool:
    """Say whether a call goes through geo/io.py."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "io"
    )


def test_only_one_file_knows_folium() -> None:
    for path in MODULES:
        roots = {name.partition(".")[0] for name in imported(path)}
        assert roots.isdisjoint({"folium", "branca"}) or path.name == "map_build.py", path.name


def test_the_workshop_and_the_cabinet_know_neither_page_nor_server() -> None:
    forbidden = {"streamlit", "folium", "branca", "starlette", "altair", "app", "uvicorn"}
    for room in ("geo", "layers"):
        for path in (ROOT / room).glob("*.py"):
            assert {name.partition(".")[0] for name in imported(path)}.isdisjoint(forbidden), path.name
    for path in (ROOT / "geo").glob("*.py"):
        assert not any(name.startswith("layers") for name in imported(path)), path.name


def test_only_one_file_caches() -> None:
    marks = re.compile(r"^\s*@(?:st\.)?(?:cache_data|cache_resource|cache|lru_cache)\b", re.MULTILINE)
    allowed = {"cache.py", "crs.py", "texts.py", "headers.py"}  # constants of the program, no data
    found = {path.name for path in MODULES if marks.search(path.read_text(encoding="utf-8"))}
    assert found <= allowed


def test_nothing_depends_on_the_clock_or_on_chance() -> None:
    for path in MODULES:
        roots = {name.partition(".")[0] for name in imported(path)}
        waits_only = taken_from(path, "time") == {"sleep"}
        waits_only |= path.name == KEEPS_A_DEADLINE[0] and taken_from(path, "time") == {KEEPS_A_DEADLINE[1]}
        assert roots.isdisjoint({"random", "secrets"} if waits_only else {"random", "secrets", "time"}), path.name
        # the day is read at the edge, in app/, and handed inwards
        inner = path.parent.name in {"geo", "layers"}
        assert not inner or called(path).isdisjoint({"now", "today", "utcnow", "default_rng"}), path.name


def public(path: Path) -> list[ast.FunctionDef]:
    """List the public functions of a module's top level."""
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


@pytest.mark.parametrize("room", ["geo", "layers"])
def test_every_public_function_says_what_it_does_and_what_it_raises(room: str) -> None:
    for path in sorted((ROOT / room).glob("*.py")):
        for function in public(path):
            words = ast.get_docstring(function) or ""
            assert words.split("\n")[0].endswith("."), (path.name, function.name)
            raises = any(isinstance(node, ast.Raise) and node.exc for node in ast.walk(function))
            assert not raises or "Raises\n------" in words or words.startswith("Raise "), (path.name, function.name)


def test_the_workshop_speaks_of_parameters_or_shows_an_example() -> None:
    sections = ("Parameters\n", "Returns\n", "Raises\n", "Examples\n")
    bare = [
        f"{path.name}:{function.name}"
        for path in sorted((ROOT / "geo").glob("*.py"))
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


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-scale.txt", "requirements-bench.txt"]
)
def test_every_requirement_is_pinned_exactly(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith(("#", "-r")):
            assert re.fullmatch(r"[a-z0-9_-]+==[\w.]+", line), line


def test_warnings_are_errors() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert settings["filterwarnings"][0] == "error"


def test_no_test_sleeps() -> None:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        assert "sleep" not in called(path), path.name
