"""Serves the naive page with its libraries from this machine: folium alone would fetch them from four other hosts.

jQuery is only used by folium to make a popup's element; three lines stand in for it.
"""

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
STAND_IN = """window.$ = text => {
  const holder = document.createElement('template')
  holder.innerHTML = text
  return [holder.content.firstElementChild]
}"""


async def jquery(_: Request) -> Response:
    """What folium needs of jQuery."""
    return Response(STAND_IN, media_type="text/javascript")


app = st.App(
    HERE / "naive_app.py",
    routes=[
        Mount("/vendor", StaticFiles(directory=HERE.parent / "app" / "static" / "vendor")),
        Route("/jquery.js", jquery),
    ],
)
