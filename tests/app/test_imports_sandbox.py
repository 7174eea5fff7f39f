"""What the reading process gave up cannot be taken back: sockets, processes, other files, memory without end."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.i18n.import_texts import ISSUES, REFUSALS, SUMMARY
from app.importers import child, import_file, limits

START = """
import sys
from pathlib import Path
from app.importers import sandbox
sandbox.limit()
import socket, subprocess, os
sandbox.confine(Path(sys.argv[1]))
"""
ATTEMPTS = {
    "a socket": "socket.socket()",
    "a look-up of a name": "socket.getaddrinfo('localhost', 80)",
    "a process": "subprocess.run(['true'])",
    "a fork": "os.fork()",
    "a shell": "os.system('true')",
    "another file": "open('/etc/passwd')",
    "another file by a detour": "open(sys.argv[1] + '/../../../../../../etc/passwd')",
    "writing into the program": "open(sandbox.PROJECT / 'made.txt', 'w')",
    "a link": "os.symlink('/etc/passwd', 'inside')",
}


def confined(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process that is limited as the child is."""
    return subprocess.run(
        [sys.executable, "-c", START + code, str(folder)], cwd=import_file.PROJECT, check=False, capture_output=True,
        text=True, env=import_file.environment() | child.FRUGAL,
    )  # fmt: skip


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_confined_process_is_refused(name: str, tmp_path: Path) -> None:
    done = confined(ATTEMPTS[name], tmp_path)
    assert done.returncode == 1
    assert "PermissionError: the child may not" in done.stderr


def test_a_confined_process_still_reads_and_writes_its_own_folder(tmp_path: Path) -> None:
    done = confined("open('own.txt', 'w').write('x'); sys.stdout.write(open('own.txt').read())", tmp_path)
    assert (done.returncode, done.stdout) == (0, "x"), done.stderr


def test_memory_ends_at_the_limit(tmp_path: Path) -> None:
    done = confined(f"bytearray({limits.MEMORY_BYTES})", tmp_path)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
    assert confined(f"bytearray({limits.MEMORY_BYTES // 2})", tmp_path).returncode == 0


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_PASSWORD", "x")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert {"ATLAS_PASSWORD", "HTTPS_PROXY"}.isdisjoint(import_file.environment())


@pytest.mark.parametrize("code", [*ISSUES, *SUMMARY, *REFUSALS])
def test_every_sentence_of_the_door_is_there_in_both_languages(code: str) -> None:
    zh, en = (ISSUES | SUMMARY | REFUSALS)[code]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)
    assert en.strip()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in en)
