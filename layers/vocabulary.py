"""The controlled lists: sectors, location methods, districts' codes. A value outside them is an issue."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Term:
    """A code with its names in both languages."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class LocationMethod(Term):
    """How a place was located. ``accuracy_m`` is the documented class, None where there is no distance."""

    accuracy_m: float | None
    measurable: bool  # takes part in distance statistics without being asked for


SECTORS = tuple(
    Term(code=code, name_zh=name_zh, name_en=name_en)
    for code, name_zh, name_en in (
        ("biologics", "生物制品", "Biologics"),
        ("cell_gene_therapy", "细胞与基因治疗", "Cell and gene therapy"),
        ("vaccines", "疫苗", "Vaccines"),
        ("chemical_drugs", "化学药与原料药", "Chemical drugs and API"),
        ("tcm", "中药", "Traditional Chinese medicine"),
        ("devices", "医疗器械与生物材料", "Devices and biomaterials"),
        ("ivd", "体外诊断与精准医疗", "Diagnostics and precision medicine"),
        ("cro_cdmo", "研发与生产外包", "CRO / CDMO"),
        ("tools", "制药装备、科研工具与模式动物", "Equipment, research tools, model animals"),
        ("digital_health", "数字医疗与人工智能", "Digital health and AI"),
        ("medical_services", "医疗与临床转化服务", "Medical and clinical services"),
        ("beauty_health", "美丽健康", "Beauty and health"),
        ("public_services", "政务与注册服务", "Government and registration services"),
        ("other", "其他产业", "Other industries"),
        ("unspecified", "生物医药（未细分）", "Biomedical, not specified"),
    )
)

LOCATION_METHODS = tuple(
    LocationMethod(code=code, name_zh=name_zh, name_en=name_en, accuracy_m=accuracy_m, measurable=measurable)
    for code, name_zh, name_en, accuracy_m, measurable in (
        ("surveyed", "实测点位", "Surveyed", 50.0, True),
        ("address", "门牌地址", "Address", 200.0, True),
        ("site", "地块附近", "Site", 1_000.0, True),
        ("town", "街镇范围", "Town", 5_000.0, False),
        ("district", "全区范围", "District", None, False),  # the radius of its district, row by row
        ("schematic", "示意位置", "Schematic", None, False),
        ("modelled", "模拟位置", "Modelled", None, False),
    )
)

DISTRICT_CODES = (
    "310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112",
    "310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151",
)  # fmt: skip

SECTOR_CODES = tuple(term.code for term in SECTORS)
METHOD_CODES = tuple(term.code for term in LOCATION_METHODS)
EXTENTS = ("city", "region")
LOCATION_BASES = ("evidence", "memory", "chosen", "brought")

# Names of the coded values that columns allow, in both languages. A code means the same in every layer.
VALUE_NAMES = {
    "park": ("园区", "Park"), "zone": ("片区背景（不计入合计）", "Context zone (not summed)"), "block": ("园区分块", "Block of a park"),
    "building": ("楼宇", "Building"), "area": ("片区（无公布边界）", "Area without published limits"),
    "text_limits": ("按文字四至绘制", "From limits in words"), "chosen_rectangle": ("示意矩形", "Chosen rectangle"),
    "area_circle": ("按公布面积的示意圆", "Circle of the published area"),
    "core": ("核心（1）", "Core (1)"), "five": ("五大特色（5）", "One of the five (5)"),
    "floor": ("建筑面积", "Floor area"), "unknown": ("未说明", "Not stated"), "built": ("已建成", "Built"),
    "planned": ("规划", "Planned"), "motorway": ("高速公路", "Motorway"),
    "cloud_corridor": ("科创云廊", "Cloud Corridor"), "corridor": ("科创走廊", "Corridor"), "city": ("走廊城市", "Corridor city"),
    "base": ("基地", "Base"), "utility": ("市政设施", "Utility"), "mapped": ("已测绘线位", "Mapped"),
    "hub": ("枢纽", "Hub"), "station": ("车站", "Station"), "metro": ("地铁站", "Metro station"),
    "service_centre": ("服务中心", "Service centre"), "railway": ("铁路", "Railway"), "shop": ("门店", "Shop"),
    "truck": ("流动餐车", "Food truck"), "reported": ("媒体报道为2021年示范点", "Reported as a 2021 point"),
    "enterprise": ("企业", "Enterprise"), "project": ("项目", "Project"), "registration": ("注册指导", "Registration guidance"),
    "testing": ("检验检测", "Testing"), "innovation": ("创新服务", "Innovation service"), "government": ("政务服务", "Government service"),
    "hospital": ("医院", "Hospital"), "university": ("高校", "University"), "institute": ("研究所", "Institute"),
    "college": ("职业院校", "College"), "talent_housing": ("人才公寓", "Talent housing"), "employer": ("用人单位", "Employer"),
    "exhibition": ("会展", "Exhibition"), "port": ("港口", "Port"), "forum": ("论坛", "Forum"),
    "uav_base": ("无人机基地", "UAV base"), "town": ("街镇", "Town"), "village": ("村", "Village"), "lake": ("湖泊", "Lake"),
    "river": ("河流", "River"), "evidence": ("有资料依据", "From evidence"), "memory": ("凭记忆，未核实", "From memory, unverified"),
    "chosen": ("人为选定", "Chosen"), "brought": ("随导入的名单", "As the imported list has it"), "region": ("区域（市外）", "Region (outside the city)"),
    "seeded-v1": ("固定种子随机分布 v1", "Seeded random spread v1"),
}  # fmt: skip
# `building` of a GMP site is a state of construction; the column's own names win over the common ones
COLUMN_VALUE_NAMES = {
    ("status", "building"): ("在建", "Under construction"),
    ("extent", "city"): ("上海市内", "Inside Shanghai"),
    ("area_basis", "land"): ("用地", "Land"),
    ("area_basis", "unknown"): ("未说明土地或建筑面积", "Land or floor area: not stated"),
    ("stretch", "schematic"): ("示意线位", "Schematic"),
}


def value_name(column: str, value: str) -> tuple[str, str]:
    """Name of a coded value in Chinese and English; a value that is no code stands for itself."""
    for terms in (SECTORS, LOCATION_METHODS):
        for term in terms:
            if term.code == value and column in {"sectors", "location_method"}:
                return term.name_zh, term.name_en
    return COLUMN_VALUE_NAMES.get((column, value)) or VALUE_NAMES.get(value) or (value, value)
