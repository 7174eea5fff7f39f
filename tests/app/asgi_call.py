"""Ask the server's routes without a network."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from app.server.headers import SecurityHeaders
from app.server.routes import ROUTES

SERVER = Starlette(routes=list(ROUTES), middleware=[Middleware(SecurityHeaders)])


@dataclass(frozen=True)
class Answer:
    """Hold one HTTP answer."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """Parse the body as strict JSON."""
        return json.loads(self.body, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def get(path: str, query: str = "", method: str = "GET", server: Starlette = SERVER) -> Answer:
    """Ask the server without a network: one ASGI call."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(), "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    params = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def import_file() -> dict[str, Any]:
        for message in params:
            return message
        await asyncio.Event().wait()  # a reader who stays: the server's own end of the answer ends the call
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(server(scope, import_file, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(part.get("body", b"") for part in sent[1:])
    return Answer(sent[0]["status"], headers, body.decode(errors="replace"))
