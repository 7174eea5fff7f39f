"""Geometries as flat arrays of edges: what grids and distance indexes are made from."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
POLYGON = 3
COLLECTIONS = (4, 5, 6, 7)  # the type numbers of shapely that hold other geometries


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Straight edges from a to b, piece by piece (a piece is one ring, line or point).

    Attributes
    ----------
    ends
        Shape (n, 4): ax, ay, bx, by in the geometries' own plane. A point is an edge of no length.
    piece
        Shape (n,), ascending: the piece of each edge.
    part
        Shape (pieces,), ascending: the single polygon, line or point that a piece belongs to.
    owner
        Shape (parts,), ascending: the position of the geometry that a part belongs to.
    areal
        Shape (parts,): whether the part is a polygon.
    """

    ends: FloatArray
    piece: IntArray
    part: IntArray
    owner: IntArray
    areal: NDArray[np.bool_]


def single_parts(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], IntArray]:
    """Take collections apart until only points, lines and polygons are left; empty ones and None vanish.

    Parameters
    ----------
    geometries
        Any geometries, shape (n,).

    Returns
    -------
    parts, owner
        Shape (m,) both: the single geometries, and the position that each came from, ascending.
    """
    parts = np.asarray(geometries, dtype=object)
    owner = np.arange(len(parts), dtype=np.int64)
    while np.isin(shapely.get_type_id(parts), COLLECTIONS).any():
        parts, at = shapely.get_parts(parts, return_index=True)
        owner = owner[at]
    some = ~(shapely.is_empty(parts) | shapely.is_missing(parts))
    return parts[some], owner[some]


def edges(geometries: NDArray[np.object_]) -> Edges:
    """Lay all geometries out as edges.

    Parameters
    ----------
    geometries
        Points, lines, polygons and collections of them, one plane, shape (n,). Parts with a coordinate
        that is not finite are left out.

    Returns
    -------
    Edges
        Ordered by geometry, part and piece.
    """
    parts, owner = single_parts(geometries)
    finite = np.isfinite(shapely.bounds(parts)).all(axis=1)
    parts, owner = parts[finite], owner[finite]
    areal = shapely.get_type_id(parts) == POLYGON
    rings, of_ring = shapely.get_rings(parts[areal], return_index=True)
    pieces = np.concatenate([rings, parts[~areal]])
    part = np.concatenate([np.flatnonzero(areal)[of_ring], np.flatnonzero(~areal)])
    order = np.argsort(part, kind="stable")
    ends, piece = _ends(pieces[order])
    return Edges(ends=ends, piece=piece, part=part[order], owner=owner, areal=areal)


def _ends(pieces: NDArray[np.object_]) -> tuple[FloatArray, IntArray]:
    corners, piece = shapely.get_coordinates(pieces, return_index=True)
    follows = np.ones(len(piece), dtype=np.bool_)
    follows[:-1] = piece[1:] == piece[:-1]
    follows[-1:] = False
    first = np.flatnonzero(follows)
    alone = np.flatnonzero(np.bincount(piece, minlength=len(pieces))[piece] == 1)
    start, end = np.concatenate([first, alone]), np.concatenate([first + 1, alone])
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    return np.ascontiguousarray(np.hstack([corners[start], corners[end]])), piece[start].astype(np.int64)
