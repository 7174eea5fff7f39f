"""An export is written whole or not at all: a kill or a full disk leaves the file that was there."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.atlas import Atlas
from app.core.view import View
from app.documents import exports
from app.exporters.catalogue import FORMATS

ROUNDS = 40
SEED = 20_261_121
WRITER = """
import sys
from pathlib import Path
from geo.io import write_bytes
target, *sources = map(Path, sys.argv[1:])
contents = [source.read_bytes() for source in sources]
print("ready", flush=True)
while True:
    for content in contents:
        write_bytes(target, content)
"""
ON_A_FULL_DISK = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from app.cli.parser import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_kill_in_the_middle_of_writing_leaves_a_whole_file(atlas: Atlas, root: Path, tmp_path: Path) -> None:
    contents = [
        FORMATS[code].to_bytes(exports.layer_export(atlas, "shown", View(districts=wanted)))
        for code in ("gpkg", "xlsx", "geojson")
        for wanted in ((), ("310117",))
    ]
    sources = [tmp_path / f"source{number}" for number in range(len(contents))]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    target = tmp_path / "out" / "file"
    target.parent.mkdir()
    target.write_bytes(contents[0])
    chance = random.Random(SEED)  # noqa: S311 - the same moments on every run
    seen = set()
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, str(target), *map(str, sources)]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(timeout=chance.uniform(0, 0.05))
            child.kill()
        seen.add(contents.index(target.read_bytes()))
    assert len(seen) > 1, "the kills hit different moments"


@pytest.mark.parametrize("code", ["geojson", "gpkg", "shp", "kml", "xlsx", "csv", "fgb", "parquet"])
def test_a_full_disk_leaves_the_old_file(code: str, root: Path, tmp_path: Path) -> None:
    out = tmp_path / f"parks{FORMATS[code].endings[0]}"
    out.write_bytes(b"what was there")
    command = [sys.executable, "-c", ON_A_FULL_DISK, "3000", "export", "parks", "--format", code, "--out", str(out)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "无法写入" in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_bytes() == b"what was there"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
