"""Very many points by the spots that they stand on: the nearest of them, of equally near ones the first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Spots:
    """Many points by the different spots that they stand on.

    Attributes
    ----------
    xy
        The spots, each once, shape (s, 2).
    first, second
        Lowest and second lowest position of a point on each spot, shape (s,); as many as there are points for none.
    spot
        The spot of every point, shape (n,).
    """

    xy: FloatArray
    first: IntArray
    second: IntArray
    spot: IntArray

    @classmethod
    def of(cls, xy: FloatArray) -> "Spots":
        """Find out which points stand on the same spot.

        Parameters
        ----------
        xy
            Coordinates in a plane, shape (n, 2), n at least 1.
        """
        order = np.lexsort((xy[:, 1], xy[:, 0]))  # stable: on one spot positions rise
        fresh = np.append(True, (xy[order[1:]] != xy[order[:-1]]).any(axis=1))
        start = np.flatnonzero(fresh)
        spot = np.empty(len(xy), dtype=np.intp)
        spot[order] = np.cumsum(fresh) - 1
        shared = np.diff(np.append(start, len(xy))) > 1
        second = np.full(len(start), len(xy), dtype=np.intp)
        second[shared] = order[start[shared] + 1]
        return cls(xy=xy[order[start]], first=order[start], second=second, spot=spot)

    def nearest(self, xy: FloatArray, but: IntArray) -> tuple[IntArray, FloatArray]:
        """The nearest point of each of some places.

        Parameters
        ----------
        xy
            The places, shape (m, 2).
        but
            A spot that each leaves out, -1 for none, shape (m,).

        Returns
        -------
        position, distance
            Shape (m,) both; of equally near points the lowest position.
        """
        from scipy.spatial import cKDTree  # noqa: PLC0415 - few places are answered without scipy

        tree, at, best = cKDTree(self.xy), np.empty(len(xy), dtype=np.intp), np.empty(len(xy))
        open_rows, neighbours = np.arange(len(xy)), 3
        while len(open_rows):  # until a neighbour is farther than the nearest: then all equally near ones are known
            gap, spot = tree.query(xy[open_rows], k=min(neighbours, len(self.xy) + 1))
            farthest = gap[:, -1].copy()
            gap[spot == but[open_rows, np.newaxis]] = np.inf
            least = gap.min(axis=1)
            equal = (gap == least[:, np.newaxis]) & (spot < len(self.xy))
            first = np.append(self.first, len(self.spot))[spot]
            at[open_rows], best[open_rows] = np.where(equal, first, len(self.spot)).min(axis=1), least
            open_rows, neighbours = open_rows[farthest <= least], 4 * neighbours
        return at, best

    def nearest_other(self) -> tuple[IntArray, FloatArray]:
        """The nearest other point of each of the points themselves, two or more; as `nearest`."""
        everyone, first, second = np.arange(len(self.spot)), self.first[self.spot], self.second[self.spot]
        at, best = np.where(first == everyone, second, first), np.zeros(len(self.spot))
        alone = np.flatnonzero(second == len(self.spot))
        at[alone], best[alone] = self.nearest(self.xy[self.spot[alone]], self.spot[alone])
        return at, best
