"""What is listed in one place is written nowhere else by hand: documents' tables, counts, contracts over layers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ROOT / "layers"


def test_the_documents_tables_and_the_golden_counts_are_those_of_today() -> None:
    command = [sys.executable, "tools/write_tables.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"stale, run `python tools/write_tables.py`: {done.stdout}{done.stderr}"


def imported_by(path: Path) -> set[str]:
    """Modules of layers/ that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {
        f"{node.module}.{alias.name}" if node.module == "layers" else str(node.module)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return {name.split(".")[1] for name in whole | parts if name.startswith("layers.")}


def declares_a_layer(path: Path) -> bool:
    """Whether a module calls `Layer`."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Layer" for node in nodes)


DRAWERS = {path.stem for path in LAYERS.glob("*.py") if declares_a_layer(path) and path.stem != "__init__"}


def test_the_registry_is_put_together_from_the_modules_that_declare_layers() -> None:
    assert imported_by(LAYERS / "__init__.py") == DRAWERS
    assert len(DRAWERS) > 10


@pytest.mark.parametrize("name", sorted(DRAWERS))
def test_no_layer_knows_another(name: str) -> None:
    assert imported_by(LAYERS / f"{name}.py").isdisjoint(DRAWERS - {name})
