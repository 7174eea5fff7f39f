"""Every limit of the import, in one place; the reason of each stands in docs/import.md."""

MIB = 1 << 20

SECONDS = 10  # processor and wall, each
MEMORY_BYTES = 512 * MIB  # RLIMIT_DATA: what a process writes to
ADDRESS_BYTES = 1536 * MIB  # RLIMIT_AS: with the mapped libraries, which are not memory of the process
RESIDENT_BYTES = MEMORY_BYTES + 200 * MIB  # what is watched from outside where the system ends nothing: with libraries
WATCHED_EVERY_S = 0.05
OUTPUT_BYTES = 256 * MIB
OPEN_FILES = 64

FILE_BYTES = 50 * MIB
UNPACKED_BYTES = 200 * MIB
PACKING_RATIO = 200  # deflate reaches 1,032; tables and outlines reach 5 to 30
PACKING_RATIO_FROM = 1 * MIB  # small members may be that regular
MEMBERS = 500

LAYERS = 50
ROWS = 200_000
COLUMNS = 200
CELL_CHARACTERS = 32_767  # Excel's own
VERTICES = 1_000_000
VERTICES_OF_ONE = 200_000
PAIRS = 50_000  # of outlines whose boxes meet
DEPTH = 64  # of XML
JSON_DEPTH = 200  # of JSON, in the interpreter's frames
XML_ELEMENTS = 2_000_000
SHOWN = 80  # characters of a cell in an issue
