"""What the server answers besides Streamlit's own: front page, layers, scripts, assets, exports, health."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.core.atlas import Atlas
from app.core.view import OF_SESSION, View, from_query
from app.documents import choice, exports
from app.exporters.catalogue import FORMATS
from app.exporters.datum import in_datum
from app.i18n.messages import bilingual
from app.server.front_page import front_page, host_page
from app.service import payload, results
from app.service.cache import assets_signature, atlas, atlas_script, built_map, layer_text
from app.service.map_facts import manifest_url, map_facts
from app.service.static_files import STATIC
from app.workspace.session_layers import session_layers
from geo.errors import AtlasError, ParameterError

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
NOT_FOUND = 404
REPORT, HOST_PAGE = "report", "atlas.host_page"
# Windows' registry may call a script plain text, and no browser runs that
KIND_OF_ASSET = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
OF_FILTERS = frozenset({"d", "s", "t", "p", "l"})  # parameters that say which rows are wanted
KINDS = {
    "layer": "图层",
    "result": "分析结果",
    "row": "行",
    "script": "脚本",
    "map": "地图脚本",
    "format": "文件格式",
    "page": "页面",
}


class FrontPage(Route):
    """Streamlit's page, with the map's addresses in it; if it is none that is known, Streamlit's own route answers."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Step aside for the routes behind this one, or hand Streamlit's page on."""
        host = host_page()
        if host is None:
            return Match.NONE, {}
        match, child_scope = super().matches(scope)
        return match, {**child_scope, HOST_PAGE: host}


async def front(request: Request) -> Response:
    """Streamlit's page, with the map's addresses for this view in it."""
    known = atlas()
    view, _ = from_query(dict(request.query_params), towns=known.towns, own=known.added_layer_ids)
    return HTMLResponse(front_page(request.scope[HOST_PAGE], known, view, map_facts(known, view)), headers=ASK_AGAIN)


async def healthz(_: Request) -> Response:
    """Alive, with the data version and what could not be loaded."""
    known = atlas()
    broken = {layer_id: bilingual(fault) for layer_id, fault in known.failed.items()}
    return JSONResponse(
        {"status": "degraded" if broken else "ok", "data_version": known.data_version, "failed": broken}
    )


async def manifest(_: Request) -> Response:
    """Names and texts for the map's controls."""
    return _json(_manifest_text(atlas()), FOR_EVER)


async def opening(request: Request) -> Response:
    """The manifest and the layers of a first drawing in one answer: address to content."""
    known = atlas()
    wanted = request.query_params.get("l", "").split(",")
    parts = [
        f"{json.dumps(payload.layer_url(layer_id, known.signature))}: {layer_text(layer_id)}"
        for layer_id in wanted
        if _is_drawn(layer_id, known)
    ]
    own = f"{json.dumps(manifest_url(known))}: {_manifest_text(known)}"
    return _json(f"{{{', '.join([own, *parts])}}}", FOR_EVER)


async def script(request: Request) -> Response:
    """The atlas's own script, all modules in one; only the current one is served."""
    if request.path_params["name"] != f"{assets_signature()}.js":
        return _not_found("script", request.path_params["name"])
    return Response(atlas_script(), media_type="text/javascript", headers=FOR_EVER)


async def map_script(request: Request) -> Response:
    """The map's script; only the current one is served."""
    built = built_map()
    if request.path_params["name"] != f"{built.signature}.js":
        return _not_found("map", request.path_params["name"])
    return Response(built.script, media_type="text/javascript", headers=FOR_EVER)


async def layer(request: Request) -> Response:
    """All rows of a layer, as the map draws them."""
    layer_id = request.path_params["name"]
    known = atlas()
    if not _is_drawn(layer_id, known):
        return _not_found("layer", layer_id)
    return _json(layer_text(layer_id), FOR_EVER, media_type="application/geo+json")


async def result(request: Request) -> Response:
    """What an analysis found, as the map draws it, for the parameters in the query."""
    name = request.path_params["name"]
    if name not in results.LAYERS:
        return _not_found("result", name)
    try:
        known, view = _asked(request)
        content = await run_in_threadpool(results.drawn, known, name, view)  # a second's work must not hold up others
    except AtlasError as fault:
        # nothing to draw; the page says why, and a map that draws nothing is no failed request
        nothing = {"type": "FeatureCollection", "features": [], "message": bilingual(fault)}
        return _json(json.dumps(nothing, ensure_ascii=False), ASK_AGAIN, media_type="application/geo+json")
    return _json(content, ASK_AGAIN if view.token else FOR_EVER, media_type="application/geo+json")


async def user_layer(request: Request) -> Response:
    """Rows that a user brought, for the map of that session alone."""
    token, layer_id = request.path_params["token"], request.path_params["name"]
    known, held = atlas(token), session_layers(token)
    if held and layer_id in held.previews:
        return _json(held.previews[layer_id], ASK_AGAIN, media_type="application/geo+json")
    if layer_id not in known.user_layer_ids:
        return _not_found("layer", layer_id)
    content = await run_in_threadpool(payload.layer_features, known, layer_id)
    return _json(content, ASK_AGAIN, media_type="application/geo+json")


async def card(request: Request) -> Response:
    """The card of one place, where a layer has too many to send them all beforehand."""
    return _card(atlas(), request)


async def user_card(request: Request) -> Response:
    """The card of one row that a user brought."""
    known = atlas(request.path_params["token"])
    if request.path_params["name"] not in known.user_layer_ids:
        return _not_found("layer", request.path_params["name"])
    return _card(known, request)


def _card(known: Atlas, request: Request) -> Response:
    layer_id, at = request.path_params["name"], int(request.path_params["row"])
    rows = known.records(layer_id)  # none of a layer that does not exist, or is no layer of places
    if at >= len(rows):
        return _not_found("row", str(at))
    cells = payload.card(known, known.loaded[layer_id], rows[at])
    return _json(json.dumps(cells, ensure_ascii=False, allow_nan=False), ASK_AGAIN)


def export_as(code: str) -> Callable[[Request], Awaitable[Response]]:
    """Answer with rows under the view in the query as a file of a format, in the ``datum`` that the query may name."""
    form = FORMATS[code]

    def made(known: Atlas, name: str, view: View, datum: str) -> tuple[str, bytes]:
        export = in_datum(choice.export(known, name, view, tables_first=form.takes_tables), datum)
        return f"{export.datum_suffix}{form.endings[0]}", form.to_bytes(export)

    async def export(request: Request) -> Response:
        return await _export(request, made, media_type=form.media_type)

    return export


async def export_json(request: Request) -> Response:
    """A table under the view in the query, as one JSON document."""
    return await _export(request, _table_json, media_type="application/json")


async def export_pdf(request: Request) -> Response:
    """The report of the view in the query."""
    return await _export(request, _report, media_type="application/pdf")


async def no_such_format(request: Request) -> Response:
    """A file of a kind that is not made."""
    return _not_found("format", request.path_params["name"])


def _table_json(known: Atlas, name: str, view: View, _: str) -> tuple[str, bytes]:
    return ".json", exports.table_json(known, name, view).encode()


def _report(known: Atlas, name: str, view: View, _: str) -> tuple[str, bytes]:
    from app.documents.report.document import report  # noqa: PLC0415 - typst is a library of 84 MB, wanted by few

    if name != REPORT:
        raise exports.unknown_layer(known, name)
    return ".pdf", report(known, view).pdf


async def _export(
    request: Request, make: Callable[[Atlas, str, View, str], tuple[str, bytes]], *, media_type: str
) -> Response:
    name, datum = request.path_params["name"], request.query_params.get("datum", "wgs84")
    try:
        known, view = _asked(request, whole=True)
        ending, content = await run_in_threadpool(make, known, name, view, datum)
    except AtlasError as fault:
        return Response(bilingual(fault), status_code=NOT_FOUND, media_type="text/plain")
    file = quote(f"shanghai-atlas-{name}-{known.data_version}{ending}")
    headers = {**ASK_AGAIN, "Content-Disposition": f"attachment; filename*=UTF-8''{file}"}
    return Response(content, media_type=media_type, headers=headers)


def _asked(request: Request, *, whole: bool = False) -> tuple[Atlas, View]:
    """The view in the query, and the atlas that it speaks of: with a session's user layers if it names the session.

    Raises
    ------
    ParameterError
        If that session is over, or ``whole`` is asked for and a filter is not understood.
    """
    token = request.query_params.get(OF_SESSION, "")
    known = atlas(token)
    if token and session_layers(token) is None:
        msg = "the session that brought these layers is over"
        raise ParameterError(msg, code="own_gone", where=OF_SESSION, hint="Open the project file again.")
    view, ignored = from_query(dict(request.query_params), towns=known.towns, own=known.added_layer_ids)
    lost = [part for part in ignored if part.parameter in OF_FILTERS]
    if lost and whole:
        # a page says what it ignored; a file that holds more than was asked for would say nothing
        msg = "a filter in the address names what does not exist, so no file is made"
        where = ", ".join(f"{part.parameter}={part.value}" for part in lost)
        raise ParameterError(msg, code="unknown_value", where=where, hint="Choose the filter on the page again.")
    return known, replace(view, token=known.token)


def _is_drawn(layer_id: str, known: Atlas) -> bool:
    return ("parks" if layer_id == payload.PARK_EXTENTS else layer_id) in known.loaded


def _manifest_text(known: Atlas) -> str:
    return json.dumps(payload.manifest(known), ensure_ascii=False, allow_nan=False)


def _json(content: str, headers: dict[str, str], *, media_type: str = "application/json") -> Response:
    return Response(content, media_type=media_type, headers=headers)


def _not_found(kind: str, name: str) -> Response:
    return Response(
        f"没有这个{KINDS[kind]}：{name} | There is no {kind} {name}", status_code=NOT_FOUND, media_type="text/plain"
    )


class Assets(StaticFiles):
    """Our scripts, styles and Leaflet. The signature in the path is for the browser's cache only."""

    def get_path(self, scope: Scope) -> str:
        """Drop the signature from the path."""
        return super().get_path(scope).partition("/")[2]

    def file_response(self, *args, **kwargs) -> Response:  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003
        """Let browsers keep the file: its path changes with its content. Its kind is ours to say, not the system's."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(FOR_EVER)
        if kind := KIND_OF_ASSET.get(Path(str(args[0])).suffix):
            response.headers["Content-Type"] = kind
        return response


ROUTES: tuple[BaseRoute, ...] = (
    FrontPage("/", front),
    Route("/healthz", healthz),
    Route("/manifest.json", manifest),
    Route("/opening.json", opening),
    Route("/scripts/{name}", script),
    Route("/maps/{name}", map_script),
    Route("/layers/{name}.geojson", layer),
    Route("/layers/{name}/card/{row:int}.json", card),
    Route("/own/{token}/{name}.geojson", user_layer),
    Route("/own/{token}/{name}/card/{row:int}.json", user_card),
    Route("/results/{name}.geojson", result),
    *(Route(f"/export/{{name}}{form.endings[0]}", export_as(code)) for code, form in FORMATS.items()),
    Route("/export/{name}.json", export_json),
    Route("/export/{name}.pdf", export_pdf),
    Route("/export/{name}", no_such_format),
    Mount("/assets", Assets(directory=STATIC)),
)
