"""What the charts are given to draw."""

from typing import Any

import pytest
import streamlit as st

from app.core import land
from app.core.atlas import Atlas
from app.core.view import View
from app.ui import charts


@pytest.mark.parametrize(("lang", "words"), [("zh", "未公布"), ("en", "not published")])
def test_an_area_that_nobody_published_is_said_in_words_and_is_no_bar(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(st, "vega_lite_chart", lambda spec, **_: drawn.update(spec))
    table = land.by_district(atlas, View(lang=lang))
    charts.render_land_chart(table, (), lang)
    rows = drawn["data"]["values"]
    assert len(rows) == 16
    assert [row["unknown"] == words for row in rows] == table["park_extent_mu"].isna().to_list()
    assert {row["unknown"] for row in rows} == {words, ""}, "Changning has eight parks and no published area"
    assert all(row["mu"] == 0 for row in rows if row["unknown"])
