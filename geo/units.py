"""Units of land: 亩 (mu), hectare, square metre. Floor area (建筑面积) stays in square metres."""

import math

M2_PER_MU = 2000 / 3  # 1 亩 = 60 平方丈 = 2000/3 m², State Council order of 1984 on legal units
M2_PER_HA = 10_000.0
M2_PER_KM2 = 1_000_000.0


def m2_to_mu(area_m2: float) -> float:
    """Square metres to 亩.

    Examples
    --------
    >>> m2_to_mu(1_000_000)  # 1 km x 1 km
    1500.0
    """
    return area_m2 / M2_PER_MU


def mu_to_m2(area_mu: float) -> float:
    """亩 to square metres.

    Examples
    --------
    >>> mu_to_m2(15)  # 15 亩 = 1 hectare
    10000.0
    """
    return area_mu * M2_PER_MU


def m2_to_ha(area_m2: float) -> float:
    """Square metres to hectares.

    Examples
    --------
    >>> m2_to_ha(20_000)
    2.0
    """
    return area_m2 / M2_PER_HA


def equivalent_radius_m(area_m2: float) -> float:
    """Radius in metres of the circle that has this area.

    Examples
    --------
    >>> round(equivalent_radius_m(math.pi * 1000**2))
    1000
    """
    return math.sqrt(area_m2 / math.pi)
