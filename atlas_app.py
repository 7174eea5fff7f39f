"""Front door: `streamlit run atlas_app.py` starts page, data routes, assets and /healthz on one port."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.server.headers import SecurityHeaders
from app.server.routes import ROUTES
from app.ui.faults import on_fault

app = st.App(
    Path(__file__).parent / "app" / "ui" / "page.py",
    routes=ROUTES,
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=on_fault,
)
