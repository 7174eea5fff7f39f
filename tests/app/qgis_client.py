"""Run by the system's Python, which has QGIS: what QGIS sees in a file, as JSON. It imports nothing of the atlas."""

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def seen(path: str) -> dict:
    """Every layer of a file: valid, CRS, the rows' ids and shapes, the fields' names."""
    from qgis.core import QgsVectorLayer

    layer = QgsVectorLayer(path, "layer", "ogr")
    names = [field.name() for field in layer.fields()]
    key = "id" if "id" in names else "id_"  # KML keeps some words for itself
    rows = {
        str(feature[key]): {
            "wkt": feature.geometry().asWkt(9),
            "cells": {
                name: value
                for name, value in zip(names, feature.attributes(), strict=True)
                if isinstance(value, str | int | float)
            },
        }
        for feature in layer.getFeatures()
    }
    return {"valid": layer.isValid(), "crs": layer.crs().authid(), "names": names, "rows": rows}


def main() -> None:
    """Print what QGIS sees in every file that is named."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)  # noqa: FBT003 - Qt names no arguments
    application.initQgis()
    json.dump([seen(path) for path in sys.argv[1:]], sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash while it takes itself down, and everything is said


if __name__ == "__main__":
    main()
