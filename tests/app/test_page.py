"""The page, run as Streamlit runs it: both languages, filters, bad addresses, empty results, broken data."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.core.atlas import DATA_VARIABLE
from app.core.view import SECTIONS
from app.i18n.texts import TEXTS, text
from app.service import cache
from app.ui.state import SESSION

PAGE = Path(__file__).parents[2] / "app" / "ui" / "page.py"


def opened(**query: str) -> AppTest:
    """Open the page at an address."""
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def numbers(page: AppTest) -> dict[str, str]:
    """Read the numbers beside the map."""
    return {each.label: each.value for each in page.metric}


def test_the_page_opens_with_the_map_and_the_known_numbers(counts: dict[str, Any]) -> None:
    page = opened()
    assert len(page.get("bidi_component")) == 1
    assert not page.exception
    assert not page.warning
    assert not page.error
    shown = numbers(page)
    assert shown[text("rows_shown", "zh")] == f"{counts['places']:,}"
    assert shown[text("extent", "zh")] == "221,295 亩"
    assert shown[text("floor", "zh")] == "1,352,750 m²"


def test_english_changes_every_label_and_no_number() -> None:
    zh, en = numbers(opened()), numbers(opened(lang="en"))
    for key in ("rows_shown", "extent", "floor"):
        amount_zh, _, unit_zh = zh[text(key, "zh")].partition(" ")
        amount_en, _, unit_en = en[text(key, "en")].partition(" ")
        assert amount_zh == amount_en
        assert (unit_zh, unit_en) in {("", ""), ("亩", "mu"), ("m²", "m²")}


def test_switching_the_language_keeps_the_filter() -> None:
    page = opened(d="310117")
    (language,) = [each for each in page.get("button_group") if each.key == "w_lang"]
    language.set_value("en").run()
    assert not page.exception
    assert page.multiselect(key="w_districts").value == ["310117"]
    assert numbers(page)[text("extent", "en")] == "86,655 mu"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_shown_in_both_languages(section: str, lang: str) -> None:
    page = opened(lang=lang, tab=section)
    assert not page.exception
    assert page.dataframe or section == "own"  # which has nothing to show until something was brought


def test_the_land_table_has_sixteen_districts_and_the_total() -> None:
    page = opened()
    table = page.dataframe[0].value
    assert len(table) == 17
    assert table.iloc[-1][text("col_district", "zh")] == text("union_total", "zh")
    assert set(table[text("col_supply", "zh")].iloc[:16]) == {text("not_published", "zh")}


def test_a_filter_in_the_address_and_one_by_hand_show_the_same_numbers() -> None:
    page = opened()
    page.multiselect(key="w_districts").set_value(["310117"]).run()
    assert not page.exception
    assert numbers(page) == numbers(opened(d="310117"))
    assert numbers(page)[text("extent", "zh")] == "86,655 亩"


def test_the_sector_filter_changes_the_numbers() -> None:
    page = opened()
    before = numbers(page)
    page.multiselect(key="w_sectors").set_value(["tcm"]).run()
    assert numbers(page)[text("rows_shown", "zh")] != before[text("rows_shown", "zh")]


def test_clearing_the_filters_brings_everything_back_in_the_same_language() -> None:
    page = opened(d="310117", s="tcm", lang="en")
    next(button for button in page.button if button.label == text("reset", "en")).click().run()
    assert numbers(page)[text("extent", "en")] == "221,295 mu"


def test_an_unknown_district_in_the_address_is_told_and_ignored() -> None:
    page = opened(d="999999,310117")
    assert "d=999999" in page.warning[0].value
    assert page.multiselect(key="w_districts").value == ["310117"]


def test_an_address_cannot_write_on_the_page() -> None:
    report = opened(d="`<script>**x**`[a](http://b)$y$").warning[0].value.partition("d=")[2]
    assert report
    for at, sign in enumerate(report):
        assert sign not in "`*[]<>$_" or report[at - 1] == "\\", "every sign of Markdown is escaped"


def test_an_empty_result_is_said_in_a_sentence() -> None:
    page = opened(d="310101", s="vaccines", p="surveyed")
    assert not page.exception
    assert TEXTS["empty"][0] in [each.value for each in page.warning]
    assert numbers(page)[text("rows_shown", "zh")] == "0"


def test_simulated_points_are_counted_apart_from_places(counts: dict[str, Any]) -> None:
    page = opened(l="breakfast,breakfast_modelled")
    assert numbers(page)[text("rows_shown", "zh")] == f"{counts['layers']['breakfast']:,}"
    assert page.metric[0].delta == f"+ {counts['modelled']:,} {text('modelled', 'zh')}"


@pytest.mark.parametrize("layer", ["hub", "parks", "districts", "gmp"])
@pytest.mark.parametrize("section", ["land", "nearby"])
def test_a_broken_layer_is_told_in_a_sentence_and_the_rest_works(
    layer: str, section: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / layer / f"{layer}.geojson").write_text("no json", encoding="utf-8")
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    page = opened(tab=section)
    assert not page.exception
    (report,) = page.error
    assert f"{layer}.geojson" in report.value.replace("\\", "")
    assert page.metric
    assert page.dataframe


def test_a_place_that_is_picked_is_named_beside_the_map() -> None:
    page = opened(lang="en")
    page.session_state[SESSION].pick("parks", "PK22")
    page.run()
    assert not page.exception
    words = " ".join(each.value for each in (*page.markdown, *page.caption))
    assert "Sinopharm" in words or "Picked" in words
    assert "±50 m" in words


@pytest.mark.parametrize("picked", [("moon", "X"), ("parks", "PK99")])
def test_picking_what_does_not_exist_stops_nothing(picked: tuple[str, str]) -> None:
    page = opened()
    page.session_state[SESSION].pick(*picked)
    assert not page.run().exception


def test_the_map_gets_a_head_start_only_for_what_it_does_not_know_yet() -> None:
    kept = replace(opened().session_state[SESSION], last_sent=None)
    assert not kept.tells_the_map("all places")  # it opens with them
    assert not kept.tells_the_map("all places")  # another table was opened below it
    assert kept.tells_the_map("Songjiang")  # the sidebar filtered
    kept.seq += 1
    assert not kept.tells_the_map("Pudong")  # its own control filtered
    assert kept.tells_the_map("Songjiang")


def test_what_stays_leaves_the_search_for_garbage_once_for_every_section(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[int] = []
    monkeypatch.setattr(cache, "FROZEN", set())
    monkeypatch.setattr(cache.gc, "freeze", lambda: frozen.append(1))
    opened()
    opened()
    assert len(frozen) == 1
    opened(tab=SECTIONS[1])
    assert len(frozen) == 2
