"""What the datum guard answers: a belief, how sure it is, and what it rests on."""

from dataclasses import dataclass

from geo.datum.systems import METRES_AS_DEGREES

REASONS = {
    "": ("证据足够。", "The evidence is enough."),
    "thin_margin": (
        "证据不足以区分可能的坐标系，请说明。",
        "The evidence does not tell the possible systems apart. Please say which it is.",
    ),
    "poor_fit": (
        "即使按最可能的坐标系，也有许多点不在应在的地方，请核实。",
        "Even under the likeliest system many points are not where they should be. Please check.",
    ),
    "contradicts_declared": (
        "点的位置与声明的坐标系不符，请说明。",
        "The places speak against the declared system. Please say which it is.",
    ),
    "declared_unknown": (
        "声明的坐标系不在可识别之列，请核实。",
        "The declared system is none that the guard knows. Please check.",
    ),
    "nowhere": (
        "任何已知坐标系都不能使这些点落在上海；上海城市坐标系的参数未公布，请先转换为CGCS2000。",
        "No known system puts the points into Shanghai. The city's own plane is unpublished: convert to CGCS2000.",
    ),
    METRES_AS_DEGREES: (
        "数值是米，却声明为经纬度，不予转换；请说明所用的平面坐标系。",
        "The numbers are metres but are declared as degrees, and are refused. Please state the plane they lie in.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Share:
    """Where the rows fall under one hypothesis, each 0 to 1 of the rows looked at.

    Attributes
    ----------
    in_box
        In Shanghai's box, 0.05 degrees wider than the districts.
    in_city
        In any of the districts.
    in_stated
        In the district that the row states, of the rows that state one; None if none does.
    on_land
        On the land that was given; None without it. Shown, but no evidence: the coast is too rough.
    """

    in_box: float
    in_city: float
    in_stated: float | None
    on_land: float | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is believed, and how sure.

    Attributes
    ----------
    best
        Code of the likeliest hypothesis, ``metres_as_degrees``, or ``unknown``.
    margin
        log10 of how many times as likely as the next class it is: 0 undecided, 2 a hundred times.
    sure
        Whether it may be used without asking.
    scores
        Probability of each hypothesis; one class shares one number, the classes add up to 1.
    convertible
        Whether ``convert`` takes ``best``.
    reason
        Why not sure, a key of ``REASONS``; empty if sure.
    declared
        Code of what was declared, ``unknown``, or empty.
    runner_up
        Code of the next class.
    likely
        Code of the likeliest hypothesis whatever was declared; differs from ``best`` in a refusal.
    shares
        What every hypothesis does with the rows.
    witnesses, telling
        Cells of about 1 km with rows in them; how many of them the two best classes see differently.
    """

    best: str
    margin: float
    sure: bool
    scores: dict[str, float]
    convertible: bool
    reason: str
    declared: str
    runner_up: str
    likely: str
    shares: dict[str, Share]
    witnesses: int
    telling: float
