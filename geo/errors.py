"""Every error the atlas raises on purpose.

AtlasError
├── DataError            stop one layer and name the file; the other layers still draw
│   ├── MissingFileError
│   ├── SchemaError
│   ├── GeometryError
│   └── ProvenanceError
└── ParameterError       the caller asked for the impossible (also a ValueError)
    └── IllegalSumError  numbers that may not be added (geo/land/entries.py)

Anything else that is raised is a fault of ours.
"""

from functools import partial


class AtlasError(Exception):
    """What went wrong, where, and what to do about it.

    Parameters
    ----------
    message
        One English sentence.
    code
        Key of the bilingual sentence in ``app/i18n/messages.py``.
    where
        File, layer, column or parameter.
    hint
        What the user can do.
    """

    def __init__(self, message: str, *, code: str, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[partial["AtlasError"], tuple[str]]:
        """Travel whole between processes: an exception alone would forget its code."""
        again = partial(type(self), code=self.code, where=self.where, hint=self.hint)
        return again, (self.message,)

    def __str__(self) -> str:
        """Message, place and hint in one line."""
        place = f" [{self.where}]" if self.where else ""
        return f"{self.message}{place}{' ' + self.hint if self.hint else ''}"


class DataError(AtlasError):
    """A file of a layer cannot be used."""


class MissingFileError(DataError):
    """A file that a layer declares is not there."""


class SchemaError(DataError):
    """A file cannot be parsed or lacks a declared column."""


class GeometryError(DataError):
    """A layer's geometry as a whole is not what it declares."""


class ProvenanceError(DataError):
    """Metadata are incomplete or do not speak of the file beside it."""


class ParameterError(AtlasError, ValueError):
    """A value given by the caller is not one of those that exist."""
