"""What a file says of itself, as plain lines: the same in every format that has room for it."""

from typing import Any

from app.exporters.flat import joined


def lines(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Key and value, nested keys joined by a dot, sources numbered: ``sources.1.licence``."""
    found: list[tuple[str, str]] = []
    for key, value in about.items():
        found += _lines(key, value)
    return found


def text(about: dict[str, Any]) -> str:
    """The same as a text, one line for each."""
    return "".join(f"{key}: {value}\n" for key, value in lines(about))


def _lines(key: str, value: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return [line for name, part in value.items() for line in _lines(f"{key}.{name}", part)]
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return [line for number, part in enumerate(value, start=1) for line in _lines(f"{key}.{number}", part)]
    return [(key, "" if value is None else str(joined(value)))]
