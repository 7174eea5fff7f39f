"""The report: same bytes every time, PDF/A, one font, values that never run, everything of a district inside."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typst
from asgi_call import get
from hypothesis import given
from hypothesis import strategies as st

from app.core import figures, filters
from app.core.atlas import Atlas
from app.core.view import LANGUAGES, View
from app.documents.report import map_svg, pdf
from app.documents.report.content import content
from app.documents.report.document import report
from app.documents.report.glyphs import FONT_FOLDER, MISSING, held, printable
from app.documents.report.labels import Spot, placed
from geo.errors import DataError
from layers.model import Style

Run = Callable[..., tuple[int, str, str]]
SONGJIANG = "310117"
HOSTILE = '#read("/etc/passwd") $ * _ @x \\ ` [ ] <a> // /* #panic() "}{'
UNTOUCHED = {"svg", "lang", "region"}


@pytest.fixture(scope="module")
def songjiang(atlas: Atlas) -> bytes:
    """Set one report."""
    return report(atlas, View(districts=(SONGJIANG,))).pdf


def texts_of(value: Any) -> set[str]:
    """List all texts inside a JSON value."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {text for part in parts for text in texts_of(part)}


def replaced(value: Any, by: str) -> Any:
    """Put one text in the place of every other."""
    if isinstance(value, str):
        return by
    if isinstance(value, dict):
        return {key: each if key in UNTOUCHED else replaced(each, by) for key, each in value.items()}
    return [replaced(each, by) for each in value] if isinstance(value, list | tuple) else value


def heading(data: dict[str, Any]) -> str:
    """Ask typst what the title says once it is set."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])
    found = typst.query(
        str(pdf.TEMPLATE), "heading.where(level: 1)", root=str(pdf.TEMPLATE.parent), font_paths=fonts,
        sys_inputs={"data": json.dumps(data)},
    )  # fmt: skip
    return str(json.loads(found)[0]["body"]["text"])


def test_the_same_view_gives_the_same_bytes(atlas: Atlas, songjiang: bytes) -> None:
    assert report(atlas, View(districts=(SONGJIANG,))).pdf == songjiang
    assert report(atlas, View(districts=(SONGJIANG,), lang="en")).pdf != songjiang


def test_it_is_a_tagged_pdf_a_dated_by_the_data_in_its_language(atlas: Atlas, songjiang: bytes) -> None:
    assert songjiang.startswith(b"%PDF-")
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>A</pdfaid:conformance>", songjiang)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in songjiang
    assert f"<xmp:CreateDate>{atlas.data_date}T00:00:00+00:00</xmp:CreateDate>".encode() in songjiang
    assert b"<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li>" in songjiang
    fonts = set(re.findall(rb"/BaseFont */[A-Z]{6}\+([\w-]+)", songjiang))
    assert fonts == {b"AtlasSans-Regular", b"AtlasSans-Regular-Identity-H"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_and_figure_of_a_district_is_in_it_and_the_font_holds_every_sign(atlas: Atlas, lang: str) -> None:
    for code, names in atlas.district_names.items():
        view = View(lang=lang, districts=(code,))
        made = content(atlas, view)
        assert made.missing == ()
        said = texts_of(made.data)
        assert names[lang == "en"] in made.data["title"]
        for rows in filters.shown(atlas, view).values():
            for row in rows:
                assert row["id"] in said
                assert any(row[f"name_{lang}"].replace("✗", "×") in each for each in said), row["id"]
        assert {figure.id for figure in figures.figures(atlas, view)} <= said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_font_holds_every_sign_of_the_whole_city(atlas: Atlas, lang: str) -> None:
    made = content(atlas, View(lang=lang))
    assert made.missing == ()
    assert len(made.data["figures"][2]["rows"]) == len(atlas.evidence.figures)


def test_every_figure_names_a_source_that_is_listed(atlas: Atlas) -> None:
    said = content(atlas, View(districts=(SONGJIANG,))).data
    cited = {row[-1] for row in said["figures"][2]["rows"]}
    assert cited == {f"[{number}]" for number in range(1, len(said["sources"][1]) + 1)}


def test_the_kinds_of_area_stand_apart(atlas: Atlas) -> None:
    rows = {row[0]: row[1] for row in content(atlas, View(districts=(SONGJIANG,))).data["land"]["table"]["rows"]}
    assert rows["可供用地"] == "未公布"
    assert rows["公布用地（亩）"] == "86,655"
    assert rows["GMP建筑面积（m²）"] == "340,000"


def test_simulated_points_are_there_only_if_asked_for(
    atlas: Atlas, tmp_path: Path, run: Run, counts: dict[str, Any]
) -> None:
    plain = content(atlas, View()).data
    assert not any(each.startswith("BM") for each in texts_of(plain["places"]))
    assert "模拟" not in json.dumps(plain["counts"], ensure_ascii=False)
    params = content(atlas, View(layers=(*View().layers, "breakfast_modelled"))).data
    assert len(params["places"][1]["rows"]) == len(plain["places"][1]["rows"]) + counts["modelled"]
    assert any("虚构" in each for each in params["warnings"])
    assert run("report", "--district", "崇明", "--modelled", "--out", str(tmp_path / "c.pdf"))[0] == 0


def test_the_map_draws_each_place_and_leaves_nobody_uncounted(atlas: Atlas) -> None:
    said = content(atlas, View(districts=(SONGJIANG,))).data["map"]
    assert said["svg"].count("<path") > len(content(atlas, View(districts=(SONGJIANG,))).data["places"][1]["rows"])
    assert "GS(2024)0650" in said["approval"]
    assert "OpenStreetMap" in said["credit"]
    assert 20 < said["scale_mm"] < said["width"] / 2


def test_numbers_of_one_spot_share_a_label_and_crowded_ones_are_counted() -> None:
    rows = [{"id": str(at), "location_basis": "memory" if at == 9 else "evidence"} for at in range(1, 10)]
    spots = [Spot(row, 50.0, 50.0, Style()) for row in rows]
    numbers = {row["id"]: int(row["id"]) for row in rows}
    labels, left = placed(spots, numbers, (100.0, 100.0), (0.0, 90.0, 20.0, 100.0))
    assert [label["text"] for label in labels] == ["1–8,9?"]
    assert left == 0
    crowded = [Spot(rows[at % 9], 1.0 + at % 30, 1.0 + at // 30, Style()) for at in range(900)]
    labels, left = placed(crowded, numbers, (30.0, 30.0), (0.0, 0.0, 1.0, 1.0))
    assert left > 100


CORNERS = st.tuples(st.floats(0, 30), st.floats(70, 100))


@given(st.lists(CORNERS, min_size=1, max_size=30), st.floats(5, 25), st.floats(2, 12))
def test_no_number_lies_on_the_scale_bar_or_on_a_symbol(
    places: list[tuple[float, float]], wide: float, high: float
) -> None:
    rows = [{"id": str(at), "location_basis": "evidence"} for at in range(len(places))]
    spots = [Spot(row, *place, Style()) for row, place in zip(rows, places, strict=True)]
    bar = (0.0, 100.0 - high, wide, 100.0)
    found, left = placed(spots, {row["id"]: 10 + int(row["id"]) for row in rows}, (100.0, 100.0), bar)
    assert len(found) + left <= len(places)
    for label in found:
        x, y, right, bottom = label["x"], label["y"], label["x"] + len(label["text"]), label["y"] + 1.9
        assert not (x < wide - 0.01 and bottom > 100 - high + 0.01), "on the scale bar"
        assert not any(x - 1.49 < s.x < right + 1.49 and y - 1.49 < s.y < bottom + 1.49 for s in spots), "on a symbol"


def test_a_number_beside_the_scale_bar_stands_where_the_bar_is_not() -> None:
    row = {"id": "1", "location_basis": "evidence"}
    free, _ = placed([Spot(row, 5.0, 50.0, Style())], {"1": 1}, (100.0, 100.0), (0.0, 90.0, 20.0, 100.0))
    kept, _ = placed([Spot(row, 5.0, 88.0, Style())], {"1": 1}, (100.0, 100.0), (6.0, 80.0, 20.0, 100.0))
    assert free[0]["x"] > 5.0, "right of its symbol, where nothing is"
    assert kept[0]["x"] < 5.0, "left of its symbol, where the bar is on its right"


BAR_MM = (
    3.0,
    3.0,
    2.2,
    5.5,
)  # in the template: off the left and the lower edge, wider than the bar, high with its words


@pytest.mark.parametrize("districts", [(), ("310101",), (SONGJIANG,), ("310151",)])
def test_the_whole_scale_bar_is_kept_free_of_numbers(
    districts: tuple[str, ...], atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    params: list[tuple[float, float, float, float]] = []

    def noting(spots: Any, numbers: Any, size: Any, bar: tuple[float, float, float, float]) -> Any:
        params.append(bar)
        return placed(spots, numbers, size, bar)

    monkeypatch.setattr(map_svg, "placed", noting)
    drawn = content(atlas, View(districts=districts)).data["map"]
    ((left, top, right, bottom),) = params
    off_left, off_bottom, frame, high = BAR_MM
    assert left <= off_left
    assert right >= off_left + drawn["scale_mm"] + frame
    assert top <= drawn["height"] - off_bottom - high
    assert bottom >= drawn["height"] - off_bottom


def test_hostile_texts_are_set_as_they_stand(atlas: Atlas) -> None:
    said = replaced(content(atlas, View(districts=(SONGJIANG,))).data, HOSTILE)
    assert pdf.pdf(said, "2026-11-21").startswith(b"%PDF-")
    assert heading(said) == HOSTILE


def test_a_sign_that_the_font_lacks_is_named_and_never_passed_over(atlas: Atlas) -> None:
    missing: set[str] = set()
    assert printable({"a": ["上海𠀀✗\n\x07"]}, held(), missing) == {"a": [f"上海{MISSING}× "]}
    assert missing == {"𠀀"}
    said = content(atlas, View(towns=("𠀀镇",)))
    assert said.missing == ("𠀀",)
    assert "U+20000" in said.data["missing"]
    with pytest.raises(DataError) as caught:
        pdf.pdf({**said.data, "title": "𠀀"}, "2026-11-21")
    assert caught.value.code == "report_failed"


def test_the_font_is_the_one_that_was_cut_and_holds_what_its_list_says(tmp_path: Path) -> None:
    noted = tomllib.loads((FONT_FOLDER / "VERSIONS.toml").read_text(encoding="utf-8"))["font"]
    assert hashlib.sha256((FONT_FOLDER / noted["file"]).read_bytes()).hexdigest() == noted["sha256"]
    ends = [line.split("-") for line in (FONT_FOLDER / "signs.txt").read_text(encoding="utf-8").split()]
    signs = [chr(code) for low, high in ends for code in range(int(low, 16), int(high, 16) + 1)]
    assert len(signs) == noted["signs"]
    sheet = tmp_path / "sheet.typ"
    sheet.write_text(
        f'#set document(title: "x")\n#set text(font: "{pdf.FAMILY}", fallback: false)\n#sys.inputs.signs',
        encoding="utf-8",
    )
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])
    assert typst.compile(
        str(sheet), format="pdf", pdf_standards=["a-2b"], font_paths=fonts, sys_inputs={"signs": " ".join(signs)}
    )


def test_without_its_font_it_is_refused(atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = content(atlas, View(districts=(SONGJIANG,)))
    monkeypatch.setattr(pdf, "FONT_FOLDER", tmp_path)
    with pytest.raises(DataError) as caught:
        pdf.pdf(said.data, "2026-11-21")
    assert caught.value.code == "no_font"


def test_an_atlas_with_broken_layers_still_reports(atlas: Atlas) -> None:
    left = {key: each for key, each in atlas.loaded.items() if key not in {"parks", "districts_land", "water"}}
    kept = {key: rows for key, rows in atlas.row_records.items() if key in left}
    broken = replace(atlas, loaded=left, row_records=kept, data_date="")
    assert report(broken, View(districts=(SONGJIANG,))).pdf.startswith(b"%PDF-")


def test_the_command_writes_one_whole_file(tmp_path: Path, run: Run, songjiang: bytes) -> None:
    out = tmp_path / "songjiang.pdf"
    code, said, _ = run("report", "--district", "松江区", "--out", str(out), "--json")
    assert code == 0
    assert out.read_bytes() == songjiang
    assert json.loads(said)["bytes"] == len(songjiang)
    assert [path.name for path in tmp_path.iterdir()] == ["songjiang.pdf"]


def test_all_makes_one_for_every_district(tmp_path: Path, run: Run, songjiang: bytes) -> None:
    code, said, _ = run("report", "--all", "--out", str(tmp_path / "all"), "--json")
    assert code == 0
    assert len(json.loads(said)["reports"]) == len(list((tmp_path / "all").iterdir())) == 16
    assert (tmp_path / "all" / f"{SONGJIANG}-songjiang.pdf").read_bytes() == songjiang


def test_the_page_gives_the_same_report(songjiang: bytes) -> None:
    answer = get("/export/report.pdf", f"d={SONGJIANG}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body == songjiang.decode(errors="replace")
    assert get("/export/moon.pdf").status == 404


def test_what_cannot_be_is_refused_in_words(tmp_path: Path, run: Run) -> None:
    out = str(tmp_path / "x.pdf")
    assert run("report", "--district", "苏州", "--out", out)[0] == 2
    assert run("report", "--all", "--district", "松江区", "--out", out)[0] == 2
    code, _, report = run("report", "--district", "松江区", "--out", str(tmp_path / "none" / "x.pdf"))
    assert code == 2
    assert "x.pdf" in report
    assert list(tmp_path.iterdir()) == []
