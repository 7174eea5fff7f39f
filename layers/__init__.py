"""The registry: one file a layer, all alike. The registry is this explicit tuple, in drawing order."""

from layers.basemap import LAND, NEIGHBOURS, WATER
from layers.breakfast import BREAKFAST
from layers.breakfast_modelled import BREAKFAST_MODELLED
from layers.context import CONTEXT
from layers.districts import DISTRICTS, DISTRICTS_LAND
from layers.enterprises import ENTERPRISES
from layers.g60 import G60
from layers.gmp import GMP
from layers.housing import HOUSING
from layers.hub import HUB
from layers.institutions import INSTITUTIONS
from layers.parks import OUTLINES, PARKS
from layers.reference import REFERENCE
from layers.services import SERVICES

REGISTRY = (
    LAND,
    NEIGHBOURS,
    WATER,
    DISTRICTS,
    DISTRICTS_LAND,
    OUTLINES,
    CONTEXT,
    HOUSING,
    INSTITUTIONS,
    SERVICES,
    ENTERPRISES,
    BREAKFAST_MODELLED,
    BREAKFAST,
    HUB,
    G60,
    GMP,
    PARKS,
)

PLACES = tuple(layer for layer in REGISTRY if layer.role != "base")

__all__ = ["PLACES", "REFERENCE", "REGISTRY"]
