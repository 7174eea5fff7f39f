"""The layers of one session. They go with it: nothing keeps them but the session that they belong to."""

from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from app.core.atlas import Atlas
from app.importers.import_file import Imported
from app.workspace.column_mapping import ColumnMapping
from app.workspace.user_layer import Origin, Standards, user_layer
from geo.errors import ParameterError
from geo.frames import records
from layers.model import USER_ROLE, Loaded

MOST_LAYERS = 20
MOST_ROWS = 500_000
_SESSIONS: "WeakValueDictionary[str, SessionLayers]" = WeakValueDictionary()


@dataclass(frozen=True, kw_only=True)
class UserLayerSource:
    """What a layer is made of: accepted rows, how the user reads them, and where they come from."""

    imported: Imported
    mapping: ColumnMapping
    origin: Origin


@dataclass(eq=False)
class SessionLayers:
    """What one session brought.

    Attributes
    ----------
    token
        Unguessable: who knows it may read the layers.
    atlas
        The atlas with the session's layers among its own; the atlas itself as long as there are none.
    layers
        By id, oldest first.
    layer_sources
        What each of them is made of, by id: for a project file.
    previews
        GeoJSON of rows that wait to be accepted, by a name: to be drawn, and counted nowhere.
    """

    base: Atlas
    token: str
    layers: dict[str, Loaded] = field(default_factory=dict)
    layer_sources: dict[str, UserLayerSource] = field(default_factory=dict)
    previews: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def __post_init__(self) -> None:
        """Be found by the token, as long as the session lives."""
        self.atlas = self.base
        _SESSIONS[self.token] = self

    def add(self, source: UserLayerSource) -> str:
        """Take a layer in, and tell its id. No id is given twice: kept answers speak of the layer they were asked of.

        Raises
        ------
        ParameterError
            If there are too many layers or rows.
        """
        standards = Standards(districts=self.base.districts, district_names=self.base.accepted_district_names)
        made = user_layer(
            source.imported, source.mapping, source.origin, standards, layer_id=f"{USER_ROLE}{self.made + 1}"
        )
        rows = sum(len(each.frame) for each in self.layers.values()) + len(made.frame)
        if len(self.layers) >= MOST_LAYERS or rows > MOST_ROWS:
            msg = f"a session holds at most {MOST_LAYERS} layers and {MOST_ROWS:,} rows"
            raise ParameterError(msg, code="own_many", where=made.layer.title_zh, hint="Remove a layer first.")
        self.made += 1
        self.layers[made.layer.id], self.layer_sources[made.layer.id] = made, source
        self._together()
        return made.layer.id

    def remove(self, layer_id: str) -> None:
        """Let a layer go."""
        self.layers.pop(layer_id, None)
        self.layer_sources.pop(layer_id, None)
        self._together()

    def _together(self) -> None:
        base = self.base
        user_rows = {key: tuple(records(each.frame)) for key, each in self.layers.items()}
        self.atlas = (
            replace(
                base,
                loaded={**base.loaded, **self.layers},
                row_records={**base.row_records, **user_rows},
                token=self.token,
            )
            if self.layers
            else base
        )


def session_layers(token: str) -> SessionLayers | None:
    """The session layers of a living session."""
    return _SESSIONS.get(token)
