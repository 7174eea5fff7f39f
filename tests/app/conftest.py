"""What the tests of the command line share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.parser import main
from app.core.atlas import DATA_VARIABLE, DEFAULT_DATA, REFERENCE_VARIABLE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: exit code, stdout, stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a folder for lists; the data under another name, so that nothing is kept from other tests."""
    (tmp_path / "data").symlink_to(DEFAULT_DATA, target_is_directory=True)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(REFERENCE_VARIABLE, str(tmp_path / "lists"))
    return tmp_path / "lists"
