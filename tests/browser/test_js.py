"""The map's pure functions, tried in node; the filter also in the browser that runs it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

FOLDER = Path(__file__).parent / "js"
TESTS = FOLDER.parents[1]
SCRIPTS = TESTS.parent / "app" / "static" / "atlas"
HOST = "http://127.0.0.1:9"  # nobody listens there: the test answers itself
FILTER = """
async ({ codes, rows, cases }) => {
  const [{ applyFilter, compileFilter }, { toView }, { codesOf, fromGeoJson }] =
    await Promise.all(["filter", "address", "table"].map((name) => import(`/${name}.js`)))
  const listed = (name) => codes[name].map((code) => ({ code }))
  const known = codesOf({ districts: listed("districts"), sectors: listed("sectors"), methods: listed("methods"), towns: codes.towns })
  const geometry = { type: "Point", coordinates: [121.5, 31.2] }
  return cases.map(({ view, sector_filtered: sectorFiltered = true }) => {
    const table = fromGeoJson({ features: rows.map((properties) => ({ type: "Feature", geometry, properties })) }, known)
    applyFilter(table, compileFilter(toView(view), known), sectorFiltered)
    return [...table.mask.keys()].filter((row) => table.mask[row]).map((row) => table.id(row)).join("")
  })
}
"""  # noqa: E501 - a line of JavaScript


def test_the_maps_scripts_pass_their_own_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here: the map's functions are tried in the browser only")
    files = sorted(str(path) for path in FOLDER.glob("*.test.mjs"))
    done = subprocess.run([node, "--test", *files], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]


@pytest.mark.browser
def test_the_browsers_filter_keeps_the_rows_of_the_table_of_cases(chromium: Any) -> None:
    table = json.loads((TESTS / "filter_cases.json").read_text(encoding="utf-8"))

    def answer(route: Any) -> None:
        name = urlsplit(route.request.url).path.removeprefix("/")
        if name:
            route.fulfill(content_type="text/javascript", body=(SCRIPTS / name).read_text(encoding="utf-8"))
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>cases</title>")

    context = chromium.new_context()
    page = context.new_page()
    page.route(f"{HOST}/**", answer)
    page.goto(HOST)
    kept = page.evaluate(FILTER, table)
    context.close()
    assert dict(zip((case["name"] for case in table["cases"]), kept, strict=True)) == {
        case["name"]: case["kept"] for case in table["cases"]
    }
