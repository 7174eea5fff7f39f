"""Any View survives the URL, any URL gives a View, and any message of a browser gives a View."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.atlas import DEFAULT_DATA, Atlas, load_atlas
from app.core.view import (
    CHOICES,
    DEFAULT_LAYERS,
    FIGURE_KINDS,
    FIGURE_LAYERS,
    LANGUAGES,
    LAYER_IDS,
    SECTIONS,
    View,
    district_code,
    from_browser,
    from_query,
    to_browser,
    to_query,
)
from geo.errors import ParameterError
from layers.vocabulary import DISTRICT_CODES, METHOD_CODES, SECTOR_CODES

TOWNS = load_atlas(DEFAULT_DATA).towns


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw a few of the values in any order, some of them twice."""
    return st.lists(st.sampled_from(values), max_size=6).map(tuple)


VIEWS = st.builds(
    View,
    lang=st.sampled_from(LANGUAGES),
    districts=some(DISTRICT_CODES),
    sectors=some(SECTOR_CODES),
    layers=some(LAYER_IDS) | st.just(DEFAULT_LAYERS) | st.just(()),
    methods=some(METHOD_CODES),
    towns=some(TOWNS),
    coarse=st.booleans(),
)
LOOKED_AT = {
    "section": st.sampled_from(SECTIONS),
    "as_of": st.just("") | st.dates().map(str),
    "figure_layers": some(FIGURE_LAYERS),
    "figure_kinds": some(FIGURE_KINDS),
    "figure_years": some(("2020", "2021", "2025")),
    "figure_search": st.text(max_size=60).map(str.strip),
    "near_to": st.sampled_from(CHOICES["to"]),
    "demand": st.sampled_from(CHOICES["demand"]),
    "candidates": st.sampled_from(CHOICES["cand"]),
}
WHOLE_VIEWS = st.builds(replace, VIEWS, **LOOKED_AT)
KEYS = st.sampled_from(
    ["d", "s", "l", "p", "t", "lang", "coarse", "m", "fl", "fk", "fy", "fq", "tab", "asof", "cand", "to"]
) | st.text(max_size=5)
VALUES = st.text(max_size=20) | st.lists(
    st.sampled_from([*DISTRICT_CODES, *SECTOR_CODES, *LAYER_IDS, *METHOD_CODES, *TOWNS, "none", "", "1"]), max_size=4
).map(",".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)


def read(query: str) -> tuple[View, tuple[Any, ...]]:
    """Read a View from a URL's query as a server would."""
    return from_query(dict(parse_qsl(query)), towns=TOWNS)


def is_sound(view: View) -> bool:
    """Say whether a View holds nothing but known values."""
    lists = (view.districts, DISTRICT_CODES), (view.sectors, SECTOR_CODES), (view.layers, LAYER_IDS)
    lists += (view.methods, METHOD_CODES), (view.towns, TOWNS)
    known = all({*own} <= {*every} for own, every in lists)
    return known and view.lang in LANGUAGES and isinstance(view.coarse, bool)


@given(WHOLE_VIEWS)
def test_any_view_survives_the_url(view: View) -> None:
    assert read(to_query(view)) == (view, ())


@given(WHOLE_VIEWS)
def test_any_view_survives_the_browser(view: View) -> None:
    before = replace(view, districts=("310117",), sectors=(), layers=(), methods=(), towns=())
    assert from_browser(to_browser(view), view=before, towns=TOWNS) == view


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_query_gives_a_view_and_says_what_it_ignored(query: dict[str, str]) -> None:
    view, ignored = from_query(query, towns=TOWNS)
    assert is_sound(view)
    assert {part.parameter for part in ignored} <= set(query)
    assert read(to_query(view)) == (view, ())


@given(JSON)
def test_any_message_of_a_browser_gives_a_view(message: object) -> None:
    before = View(lang="en", districts=("310117",))
    view = from_browser(message, view=before, towns=TOWNS)
    assert is_sound(view)
    assert view.lang == "en"


@pytest.mark.parametrize("message", [None, 5, "d", [], [["d", ["310117"]]]])
def test_a_message_that_is_no_record_changes_nothing(message: object) -> None:
    before = View(districts=("310117",))
    assert from_browser(message, view=before, towns=TOWNS) == before


def test_the_default_view_has_an_empty_query() -> None:
    assert to_query(View()) == ""
    assert read("") == (View(), ())


def test_a_view_without_layers_is_not_the_view_that_opens() -> None:
    empty = View(layers=())
    assert to_query(empty) == "l=none"
    assert read("l=none")[0].layers == ()
    assert from_browser({"l": []}, view=View(), towns=TOWNS).layers == ()


def test_equal_filters_are_equal_views_and_spelled_alike() -> None:
    one = View(districts=("310117", "310115", "310117"), towns=("练塘镇", "车墩镇"))
    other = View(districts=("310115", "310117"), towns=("车墩镇", "练塘镇", "车墩镇"))
    assert one == other
    assert to_query(one) == to_query(other)


@pytest.mark.parametrize(
    ("query", "parameter", "value"),
    [
        ("d=310117,999999", "d", "999999"), ("s=magic", "s", "magic"), ("l=parks,moon", "l", "moon"),
        ("p=guessed", "p", "guessed"), ("t=Nowhere", "t", "Nowhere"), ("lang=fr", "lang", "fr"),
        ("coarse=yes", "coarse", "yes"), ("cand=moon", "cand", "moon"), ("cand=g60", "cand", "g60"),
        ("utm_source=x", "utm_source", "x"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(query: str, parameter: str, value: str) -> None:
    _, ignored = read(query)
    assert [(part.parameter, part.value) for part in ignored] == [(parameter, value)]


def test_the_known_part_of_a_list_stays() -> None:
    assert read("d=310117,999999")[0].districts == ("310117",)
    assert read("l=parks,moon")[0].layers == ("parks",)


def test_the_position_of_the_map_belongs_to_the_browser_and_is_no_mistake() -> None:
    assert read("m=11/31.1/121.3") == (View(), ())


def test_no_town_has_a_comma_in_its_name() -> None:
    assert TOWNS
    assert not any("," in town for town in TOWNS)


@pytest.mark.parametrize("name", ["松江区", "松江", "Songjiang", "songjiang", " SONGJIANG ", "310117"])
def test_a_district_may_be_spelled_as_people_do(name: str, atlas: Atlas) -> None:
    assert district_code(name, names=atlas.accepted_district_names) == "310117"


@pytest.mark.parametrize("name", ["浦东新区", "浦东", "Pudong"])
def test_the_new_area_is_found_by_its_short_name(name: str, atlas: Atlas) -> None:
    assert district_code(name, names=atlas.accepted_district_names) == "310115"


@pytest.mark.parametrize("name", ["", "苏州", "3101", "=1+1"])
def test_an_unknown_district_is_named_and_all_others_listed(name: str, atlas: Atlas) -> None:
    with pytest.raises(ParameterError) as caught:
        district_code(name, names=atlas.accepted_district_names)
    assert caught.value.where == name
    assert "松江区" in caught.value.hint
