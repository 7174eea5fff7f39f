"""What all tests share: the real atlas, a copy of the data to break, and a guard that keeps tests off the network."""

import hashlib
import json
import shutil
import socket
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from app.core.atlas import DEFAULT_DATA, REFERENCE_VARIABLE, Atlas, load_atlas

ROOT = Path(__file__).parents[1]
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")

Features = list[dict[str, Any]]
Alter = Callable[[Features], object]

# the same examples on every machine and every run: a failure is never luck
settings.register_profile("atlas", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("atlas")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse every connection to another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in LOCAL_HOSTS:
            msg = f"a test tried to reach {address}"
            raise AssertionError(msg)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_lists_of_the_deployers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look into an empty folder for imported lists, whatever this machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(REFERENCE_VARIABLE, str(tmp_path_factory.mktemp("lists")))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Name the project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def counts() -> dict[str, Any]:
    """How many rows there are of everything today: one file, written by tools/write_tables.py."""
    read: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "counts.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """Load the project's own data, once."""
    return load_atlas(DEFAULT_DATA)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Copy the data folder, to be broken."""
    copy = tmp_path / "data"
    shutil.copytree(DEFAULT_DATA, copy)
    return copy


@pytest.fixture(scope="session")
def reseal() -> Callable[[Path], None]:
    """Bring the hash of a file in the metadata beside it up to date, so that only the intended fault is left."""

    def write(path: Path) -> None:
        metadata = path.parent / "source.toml"
        words = metadata.read_text(encoding="utf-8")
        (old,) = [entry["sha256"] for entry in tomllib.loads(words)["files"] if entry["name"] == path.name]
        metadata.write_text(words.replace(old, hashlib.sha256(path.read_bytes()).hexdigest()), encoding="utf-8")

    return write


@pytest.fixture
def rewrite(data: Path, reseal: Callable[[Path], None]) -> Callable[[str, Alter], Path]:
    """Change the features of a file in the copied data and reseal it; gives the data folder."""

    def change(name: str, alter: Alter) -> Path:
        path = data / name
        document = json.loads(path.read_text(encoding="utf-8"))
        alter(document["features"])
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        reseal(path)
        return data

    return change
