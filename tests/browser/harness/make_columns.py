"""Make an ATL1 columns file of synthetic points: for tests and benchmarks of the map only.

Layout: b"ATL1", uint32 header length (little endian), JSON header, padding to a multiple of 8, then the columns.
Offsets in the header count from the start of the data part. Longitude and latitude are WGS 84 degrees.
"""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path

import numpy as np

BBOX = (120.9, 30.7, 121.95, 31.6)
DISTRICTS = [
    "310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112",
    "310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151",
]  # fmt: skip
SECTORS = [
    "biologics", "cell_gene_therapy", "vaccines", "chemical_drugs", "tcm", "devices", "ivd", "cro_cdmo", "tools",
    "digital_health", "medical_services", "beauty_health", "public_services", "other", "unspecified",
]  # fmt: skip
METHODS = ["surveyed", "address", "site", "town", "district", "schematic", "modelled"]


def columns_file(n: int, *, seed: int = 7) -> bytes:
    """Return the bytes of a file of `n` synthetic points, the same for the same seed."""
    rng = np.random.default_rng(seed)
    centre = rng.random(n) < 0.5
    lon = np.where(centre, rng.normal(121.47, 0.09, n), rng.uniform(BBOX[0], BBOX[2], n))
    lat = np.where(centre, rng.normal(31.22, 0.07, n), rng.uniform(BBOX[1], BBOX[3], n))
    arrays = {
        "lon": lon.astype("<f4"),
        "lat": lat.astype("<f4"),
        "sectors": (1 << rng.integers(0, len(SECTORS), n)).astype("<u2"),
        "district": rng.integers(0, len(DISTRICTS), n).astype("u1"),
        "method": rng.choice([0, 1, 2], n, p=[0.3, 0.5, 0.2]).astype("u1"),
    }
    columns: dict[str, dict[str, object]] = {}
    offset = 0
    for name, array in arrays.items():
        columns[name] = {"dtype": f"{array.dtype.kind}{array.dtype.itemsize}", "offset": offset}
        offset += -(-array.nbytes // 8) * 8
    header = {
        "n": n,
        "columns": columns,
        "id_prefix": "SYN",
        "districts": DISTRICTS,
        "sectors": SECTORS,
        "methods": METHODS,
    }
    text = json.dumps(header).encode()
    head = b"ATL1" + struct.pack("<I", len(text)) + text
    body = b"".join(array.tobytes().ljust(-(-array.nbytes // 8) * 8, b"\0") for array in arrays.values())
    return head.ljust(-(-len(head) // 8) * 8, b"\0") + body


def main() -> None:
    """Write a file of N points."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    arguments.path.write_bytes(columns_file(arguments.n))


if __name__ == "__main__":
    main()
