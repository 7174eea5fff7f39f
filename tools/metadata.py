"""Write data files and their metadata: what every tool in this folder ends with.

metadata (`source.toml`) says where a data file comes from and proves that the file beside it is the
one it speaks of: rows, columns and SHA-256.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

COORDINATE_DECIMALS = 6  # 0.1 m in Shanghai: finer than any source we have
METADATA_KEYS = (
    "title_zh", "title_en", "producer", "citation", "url", "licence", "licence_url", "published",
    "accessed", "source_crs", "accuracy", "method_zh", "method_en", "attribution", "map_approval", "tool",
)  # fmt: skip


def write_geojson(path: Path, features: Iterable[tuple[str, BaseGeometry, Mapping[str, Any]]]) -> None:
    """Write (id, geometry in WGS-84, properties) as RFC 7946 GeoJSON, one feature per line."""
    lines = []
    for feature_id, geometry, properties in features:
        rounded = shapely.set_precision(geometry, 10.0**-COORDINATE_DECIMALS)
        oriented = shapely.orient_polygons(rounded, exterior_cw=False)
        feature = {
            "type": "Feature",
            "id": feature_id,
            "properties": {"id": feature_id, **properties},
            "geometry": json.loads(
                json.dumps(mapping(oriented)), parse_float=lambda text: round(float(text), COORDINATE_DECIMALS)
            ),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    body = ",\n".join(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n', encoding="utf-8")


def write_metadata(folder: Path, about: Mapping[str, str]) -> None:
    """Write `source.toml` for every .geojson and .csv file of a data folder.

    `about` must hold exactly paperKEYS: metadata with a hole in it is no metadata.
    """
    missing, unknown = set(METADATA_KEYS) - set(about), set(about) - set(METADATA_KEYS)
    if missing or unknown:
        msg = f"{folder}: metadata lacks {sorted(missing)}, has unknown {sorted(unknown)}"
        raise ValueError(msg)
    lines = [f"{key} = {json.dumps(about[key], ensure_ascii=False)}" for key in METADATA_KEYS]
    for path in sorted([*folder.glob("*.geojson"), *folder.glob("*.csv")]):
        lines += ["", "[[files]]", *(f"{key} = {json.dumps(value)}" for key, value in describe(path).items())]
    (folder / "source.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def reseal(folder: Path) -> None:
    """Bring the rows, columns and hashes of an existing metadata up to date after a file was edited."""
    metadata = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    write_metadata(folder, {key: metadata[key] for key in METADATA_KEYS})


def describe(path: Path) -> dict[str, Any]:
    """Name, rows, columns (in file order) and SHA-256 of one GeoJSON or CSV file."""
    content = path.read_bytes()
    text = content.decode("utf-8-sig")
    if path.suffix == ".geojson":
        features = json.loads(text)["features"]
        columns = list(dict.fromkeys(key for feature in features for key in feature["properties"]))
        rows = len(features)
    else:
        import csv  # noqa: PLC0415 - only CSV files need it

        table = list(csv.reader(text.splitlines()))
        columns, rows = table[0], len(table) - 1
    return {"name": path.name, "rows": rows, "columns": columns, "sha256": hashlib.sha256(content).hexdigest()}


if __name__ == "__main__":
    for metadata in sorted(Path(__file__).parents[1].glob("data/*/source.toml")):
        reseal(metadata.parent)
