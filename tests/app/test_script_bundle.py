"""Modules joined into one script: complete, in order, and refused where they are written in another way."""

import re
from pathlib import Path

import pytest

from app.service.script_bundle import bundle
from app.service.static_files import STATIC

MODULES = STATIC / "atlas"
ENTRIES = ("entry", "standalone")


def write(folder: Path, **modules: str) -> Path:
    """Write modules by name."""
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder


def modules_of(script: str) -> list[str]:
    """List the modules of a bundle in their order."""
    return re.findall(r"^const __(\w+) = \(\(\) => \{$", script, re.MULTILINE)


def test_every_module_of_ours_has_a_use() -> None:
    used = {name for entry in ENTRIES for name in modules_of(bundle(MODULES, entry))}
    assert used == {path.stem for path in MODULES.glob("*.js")}, "a module that nobody imports is dead"


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_module_is_in_the_script_once_and_after_what_it_needs(entry: str) -> None:
    script = bundle(MODULES, entry)
    order = modules_of(script)
    assert len(order) == len(set(order))
    for at, name in enumerate(order):
        needed = re.findall(r'from "\./(\w+)\.js"', (MODULES / f"{name}.js").read_text(encoding="utf-8"))
        assert set(needed) <= set(order[:at])
    assert not re.search(r"^import ", script, re.MULTILINE)
    assert script.count("\nexport ") == 1


def test_a_module_hands_out_what_it_exports(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        a="export const one = 1;\nexport async function two() {}\nexport class Three {}\nconst own = 4;\n",
        b='import { one, Three } from "./a.js";\nconst all = [one, Three];\nexport default all;\n',
    )
    assert bundle(folder, "b") == (
        "const __a = (() => {\nconst one = 1;\nasync function two() {}\nclass Three {}\nconst own = 4;\n\n"
        "return { one, two, Three };\n})();\n"
        "const __b = (() => {\nconst { one, Three } = __a;\nconst all = [one, Three];\n\n\n"
        "return { all };\n})();\n"
        "export default __b.all;\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        'import a from "./a.js";', 'import * as a from "./a.js";', 'import { one as two } from "./a.js";',
        'export { one } from "./a.js";', 'export * from "./a.js";', 'import "./a.js";', 'import { x } from "https://a.b";',
    ],
)  # fmt: skip
def test_another_way_of_writing_is_refused_by_name(tmp_path: Path, line: str) -> None:
    folder = write(tmp_path, a="export const one = 1;\n", b=f"{line}\nconst x = 1;\nexport default x;\n")
    with pytest.raises(ValueError, match=r"b\.js writes"):
        bundle(folder, "b")


def test_a_circle_is_refused(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        a='import { two } from "./b.js";\nexport const one = 1;\nexport default one;\n',
        b='import { one } from "./a.js";\nexport const two = one;\n',
    )
    with pytest.raises(ValueError, match="a -> b -> a"):
        bundle(folder, "a")


def test_an_entry_without_a_default_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="default"):
        bundle(write(tmp_path, a="export const one = 1;\n"), "a")
