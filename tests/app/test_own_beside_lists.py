"""A session's user layers beside the deployer's lists, and in the report that the page offers."""

from dataclasses import replace

from user_layer_samples import layer_source, points, session_layers_of

from app.core.atlas import DEFAULT_DATA, Atlas
from app.core.view import View
from app.documents.report.content import content
from app.documents.report.pdf import pdf
from app.workspace.project import opened, save
from layers.reference import REF_HOSPITALS


def with_list(atlas: Atlas) -> Atlas:
    """Give an atlas whose deployer imported a list of hospitals: here, rows that are there anyway."""
    listed = replace(atlas.loaded["institutions"], layer=REF_HOSPITALS)
    return replace(atlas, loaded={**atlas.loaded, REF_HOSPITALS.id: listed})


def test_a_project_keeps_a_question_about_an_imported_list_where_the_list_is(atlas: Atlas) -> None:
    params = View(near_from="own1", near_to=REF_HOSPITALS.id, layers=("parks", "own1"), section="analysis")
    content_of_file = save(session_layers_of(with_list(atlas), layer_source({}, points(2))), params)
    there = opened(
        content_of_file, data=DEFAULT_DATA, session_layers=session_layers_of(with_list(atlas), token="there")
    )
    assert (there.view.near_from, there.view.near_to, there.ignored) == ("own1", REF_HOSPITALS.id, ())
    elsewhere = opened(content_of_file, data=DEFAULT_DATA, session_layers=session_layers_of(atlas, token="elsewhere"))
    assert elsewhere.view.near_to == View().near_to
    assert [(each.parameter, each.value) for each in elsewhere.ignored] == [("to", REF_HOSPITALS.id)]


def test_the_report_of_a_session_shows_its_own_layers_under_their_names(atlas: Atlas) -> None:
    held = session_layers_of(atlas, layer_source({}, points(3), title="我的地块"), token="what-nobody-may-see")
    for lang in ("zh", "en"):
        report = str(content(held.atlas, View(lang=lang, layers=("parks", "own1"), token=held.token)).data)
        assert report.count("我的地块") >= 3 + 2, "every row, the count and the paper name the layer"
        assert held.token not in report


def test_the_report_of_a_session_has_the_land_and_the_medians_of_its_layers(atlas: Atlas) -> None:
    layer = layer_source({"面积": ["30亩", "60亩", "15亩"]}, points(3), title="我的地块", amount="面积", basis="land")
    held = session_layers_of(atlas, layer, token="land-of-a-report")
    for lang, every in (("zh", "合计"), ("en", "All")):
        report = content(held.atlas, View(lang=lang, token=held.token)).data
        by_district, by_sector, medians = report["own"][1]
        assert [row[:4] for row in by_district["table"]["rows"]][1] == ["我的地块", every, "3", "105.0"]
        assert [row[:4] for row in by_sector["table"]["rows"]] == [["我的地块", every, "3", "105.0"]]
        assert [row[2] for row in medians["table"]["rows"]] == ["3", "3"]
        assert not any("%" in cell for row in medians["table"]["rows"] for cell in row), "shares are in the exports"
        assert content(atlas, View(lang=lang)).data["own"][1] == []
    assert pdf(content(held.atlas, View(token=held.token)).data, "2026-11-21").startswith(b"%PDF")
