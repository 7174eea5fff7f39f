"""The columns that every place layer has, and small helpers to declare more."""

from layers.model import Column
from layers.vocabulary import EXTENTS, LOCATION_BASES, METHOD_CODES, SECTOR_CODES


def text(name: str, label_zh: str, label_en: str, *, allowed: tuple[str, ...] = ()) -> Column:
    """Declare an optional text column."""
    return Column(name=name, dtype="str", label_zh=label_zh, label_en=label_en, allowed=allowed)


def needed(name: str, label_zh: str, label_en: str, *, allowed: tuple[str, ...] = ()) -> Column:
    """Declare a text column that must have a value."""
    return Column(name=name, dtype="str", label_zh=label_zh, label_en=label_en, required=True, allowed=allowed)


def number(name: str, label_zh: str, label_en: str, *, unit: str = "", reference: str = "") -> Column:
    """Declare an optional number, and the column that names the figure it comes from."""
    return Column(name=name, dtype="number", label_zh=label_zh, label_en=label_en, unit=unit, reference=reference)


def flag(name: str, label_zh: str, label_en: str) -> Column:
    """Declare a yes-or-no column."""
    return Column(name=name, dtype="bool", label_zh=label_zh, label_en=label_en)


def names(name: str, label_zh: str, label_en: str, *, allowed: tuple[str, ...] = ()) -> Column:
    """Declare a list of strings."""
    return Column(name=name, dtype="list", label_zh=label_zh, label_en=label_en, allowed=allowed)


PLACE = (
    needed("id", "编号", "Id"),
    needed("name_zh", "名称", "Name (Chinese)"),
    needed("name_en", "英文名称", "Name"),
    text("district_code", "行政区划代码", "District code"),
    names("towns", "街镇", "Town"),
    text("address_zh", "地址", "Address"),
    names("sectors", "行业", "Sectors", allowed=SECTOR_CODES),
    needed("extent", "范围", "Extent", allowed=EXTENTS),
    needed("location_method", "定位方式", "Location method", allowed=METHOD_CODES),
    number("accuracy_m", "定位精度", "Location accuracy", unit="m"),
    needed("location_basis", "定位依据", "Location basis", allowed=LOCATION_BASES),
    text("location_note_zh", "定位说明", "How it was located (Chinese)"),
    text("location_note_en", "定位说明（英文）", "How it was located"),
    text("note_zh", "说明", "Note (Chinese)"),
    text("note_en", "说明（英文）", "Note"),
    names("references", "文献数据", "Stated figures"),
    names("conflicts", "矛盾记录", "Conflicts"),
)
