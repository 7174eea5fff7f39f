"""Streamlit's settings are those of a server that others reach."""

import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def settings(root: Path) -> dict[str, Any]:
    """Read the settings that the project ships."""
    return tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_the_server_listens_on_this_machine_only(settings: dict[str, Any]) -> None:
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["port"] == 8501
    assert settings["server"]["allowedHosts"]
    assert "*" not in settings["server"]["allowedHosts"]


def test_forged_and_foreign_requests_are_refused(settings: dict[str, Any]) -> None:
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableCORS"] is True


def test_uploads_are_small(settings: dict[str, Any]) -> None:
    assert settings["server"]["maxUploadSize"] <= 50


def test_no_traceback_reaches_the_page_and_no_statistics_leave_it(settings: dict[str, Any]) -> None:
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["headless"] is True


def test_no_bare_expression_is_put_on_the_page(settings: dict[str, Any]) -> None:
    assert settings["runner"]["magicEnabled"] is False
