"""The map's symbols as SVG: shape and colour of the layer, filled or hollow after how the place is known.

The twin of app/static/atlas/symbols.js, on paper.
"""

import math

from layers.model import Style

STATES = {
    "surveyed": "solid", "address": "solid", "site": "ring", "town": "hollow", "district": "hollow",
    "schematic": "schematic", "modelled": "modelled",
}  # fmt: skip
DASHES = {
    "hollow": "",
    "schematic": 'stroke-dasharray="0.5 0.45"',
    "modelled": 'stroke-dasharray="0.02 0.55" stroke-linecap="round"',
}
SHRINK = 0.16  # mm of radius for one unit of a layer's marker size
# corners, where the first stands, radius share
CORNERS = {
    "square": (4, math.pi / 4, 1.12), "diamond": (4, 0.0, 1.22), "triangle": (3, -math.pi / 2, 1.25),
    "hexagon": (6, 0.0, 1.1),
}  # fmt: skip
STAR_INNER, STAR_OUTER = 0.58, 1.35
ARM, HALF_WIDTH = 1.15, 0.42


def symbol(style: Style, method: str, x: float, y: float) -> str:
    """One symbol round a point, in millimetres of paper."""
    radius = style.marker_size * SHRINK
    state = STATES[method]
    colour = style.marker_color
    path = outline(style.marker_symbol, x, y, radius)
    if state in DASHES:
        paint = f'fill="#ffffff" fill-opacity="0.85" stroke="{colour}" stroke-width="0.35" {DASHES[state]}'
        return f'<path d="{path}" {paint}/>'
    halo = ""
    if state == "ring":
        ring = outline("circle", x, y, radius + 0.6)
        halo = f'<path d="{ring}" fill="none" stroke="{colour}" stroke-opacity="0.5" stroke-width="0.3"/>'
    return f'{halo}<path d="{path}" fill="{colour}" stroke="#ffffff" stroke-width="0.25"/>'


def outline(shape: str, x: float, y: float, radius: float) -> str:
    """Path of a shape."""
    if shape == "star":
        turns = [(-math.pi / 2 + at * math.pi / 5, STAR_INNER if at % 2 else STAR_OUTER) for at in range(10)]
    elif shape in CORNERS:
        count, start, share = CORNERS[shape]
        turns = [(start + at * math.tau / count, share) for at in range(count)]
    elif shape == "cross":
        a, w = radius * ARM, radius * HALF_WIDTH
        steps = [
            (-w, -a), (w, -a), (w, -w), (a, -w), (a, w), (w, w), (w, a), (-w, a), (-w, w), (-a, w), (-a, -w), (-w, -w),
        ]  # fmt: skip
        return closed([(x + right, y + down) for right, down in steps])
    else:
        r = f"{radius:.2f}"
        return f"M{x - radius:.2f} {y:.2f}a{r} {r} 0 1 0 {2 * radius:.2f} 0a{r} {r} 0 1 0 {-2 * radius:.2f} 0Z"
    return closed([(x + math.cos(turn) * radius * share, y + math.sin(turn) * radius * share) for turn, share in turns])


def closed(points: list[tuple[float, float]]) -> str:
    """Path through points and back to the first."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def alone(style: Style, method: str) -> str:
    """A symbol as a picture of its own, for the legend."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="5mm" height="5mm" viewBox="-2.5 -2.5 5 5">'
        f"{symbol(style, method, 0.0, 0.0)}</svg>"
    )
