"""Headers of every answer: the page runs no script but ours, in no frame, and asks nobody else."""

import base64
import hashlib
import re
from functools import cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.server.front_page import start_script, streamlit_page
from app.service.map_build import BASEMAP_HOSTS

INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc\b)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


@cache
def content_security_policy() -> str:
    """The policy. Inline scripts of Streamlit's own page, and the one that starts it, are allowed by hash, no others.

    ``blob:`` is how Streamlit runs a component's script; inline *styles* are how Leaflet places things.
    Tiles of the online base maps may load as pictures, once the user picks one.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in [*_host_scripts(), start_script()]
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob: {' '.join(BASEMAP_HOSTS)}",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _host_scripts() -> list[str]:
    """Inline scripts of Streamlit's page, be it known or not; none if it cannot be read, and then it is not served."""
    try:
        return INLINE_SCRIPT.findall(streamlit_page())
    except (OSError, UnicodeError):
        return []


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", content_security_policy().encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
        ]

    async def __call__(self, scope: Scope, import_file: Receive, send: Send) -> None:
        """Pass everything on; headers that the app set itself stay."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [
                    *message.get("headers", []),
                    *(each for each in self.headers if each[0] not in own),
                ]
            await send(message)

        await self.app(scope, import_file, add if scope["type"] == "http" else send)
