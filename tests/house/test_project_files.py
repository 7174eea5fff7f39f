"""Documents name what there is, third-party files are the published ones, and no foreign host is asked."""

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.service.map_build import BASEMAP_HOSTS, BASEMAPS

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
SERVED = (".js", ".css", ".html", ".json", ".svg")
URL = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
NAMESPACES = {"www.w3.org"}  # a name, never asked
CREDITS = {"leafletjs.com", "bugs.chromium.org", "bugzilla.mozilla.org", "www.sitepoint.com"}  # links and comments
CDN = re.compile(r"unpkg|jsdelivr|cdnjs|cloudflare|googleapis|gstatic|bootstrapcdn|jquery", re.IGNORECASE)
# put together here, so that this file does not hold what it looks for
FORBIDDEN = tuple("".join(parts) for parts in [
    ("/wo", "rk/"), ("/t", "mp/w/"), ("py", "pi.org"), ("python", "hosted"), ("npm", "js.com"), ("regi", "stry.npm"),
])  # fmt: skip
TEXT = (".py", ".md", ".toml", ".txt", ".csv", ".geojson", ".json", ".js", ".css", ".html", ".yml", ".yaml", "")


def tracked() -> list[Path]:
    """List the project's text files: git's, or all but the caches where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.splitlines() if '"' not in name]
    else:
        files = [
            path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts[len(ROOT.parts) :])
        ]
    return [path for path in files if path.is_file() and path.suffix in TEXT]


def test_the_readme_names_every_target_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"run", "test", "check"} <= set(targets)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [target for target in targets if f"make {target}" not in readme] == []


def test_every_link_inside_the_documents_leads_to_a_file() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document.name, target)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "LICENSE", "NOTICE", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_project_has_its_documents(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_third_party_files_are_the_published_ones_and_bring_their_licence() -> None:
    for folder, entry in tomllib.loads((VENDOR / "VERSIONS.toml").read_text(encoding="utf-8")).items():
        beside = {p.relative_to(VENDOR / folder).as_posix(): p for p in (VENDOR / folder).rglob("*") if p.is_file()}
        found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in beside.items()}
        assert found == entry["files"], folder
        assert entry["licence_file"] in found
        assert entry["name"].lower().split(".")[0] in (ROOT / "NOTICE").read_text(encoding="utf-8").lower()


def base_map_hosts() -> set[str]:
    """List the hosts that a user may choose to ask for tiles."""
    patterns = [host.removeprefix("https://").removeprefix("*.") for host in BASEMAP_HOSTS]
    return {*patterns, *(URL.sub(r"\1", re.match(r"https://[^/]+", base["url"])[0]) for base in BASEMAPS)}


def test_no_served_file_names_a_host_but_the_base_maps() -> None:
    allowed = NAMESPACES | CREDITS | base_map_hosts()
    for path in STATIC.rglob("*"):
        if path.is_file() and path.suffix in SERVED:
            words = path.read_text(encoding="utf-8")
            assert set(URL.findall(words)) <= allowed, path.name
            assert not CDN.search(words), path.name


def test_our_own_scripts_load_nothing_from_elsewhere_and_evaluate_nothing() -> None:
    for path in (STATIC / "atlas").glob("*.js"):
        words = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function\(|document\.write|\.innerHTML\s*=(?!\s*[\"']{2})", words), (
            path.name
        )
        assert not re.search(r"(?:import|fetch)\s*\(?\s*[\"'`]https?:", words), path.name


def test_the_maps_script_names_no_cdn(root: Path) -> None:
    words = (root / "app" / "service" / "map_build.py").read_text(encoding="utf-8")
    assert not CDN.search(words)


def test_no_text_of_the_project_speaks_of_where_it_was_made() -> None:
    files = tracked()
    assert len(files) > 50
    for path in files:
        words = path.read_text(encoding="utf-8")
        assert [word for word in FORBIDDEN if word in words] == [], path.relative_to(ROOT).as_posix()
