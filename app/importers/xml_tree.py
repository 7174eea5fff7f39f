"""XML read by expat with nothing allowed that can grow: no document type, no entities, a limited depth."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from app.importers.encodings import known, text_of
from app.importers.issues import refusal
from app.importers.limits import DEPTH, XML_ELEMENTS

DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
ENDS_EARLY = {3, 5, 13}  # no element found, unclosed token, unclosed CDATA


@dataclass(kw_only=True)
class Node:
    """One element: its name without a prefix, attributes, text, and the elements in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: "list[Node]" = field(default_factory=list)

    def all(self, tag: str) -> "Iterator[Node]":
        """Yield this element's descendants of a name, in the order of the file."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.all(tag)

    def first(self, tag: str) -> str:
        """Text of the first child of a name, empty if there is none."""
        return next((child.text.strip() for child in self.children if child.tag == tag), "")


def tree(content: bytes, *, where: str) -> Node:
    """The root element with everything in it.

    Raises
    ------
    RefusedError
        If it declares a document type or entities, is nested too deeply, has too many elements or is broken.
    """
    top = Node(tag="", attributes={})
    open_ones = [top]
    texts: list[list[str]] = [[]]
    seen = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if len(open_ones) > DEPTH or seen > XML_ELEMENTS:
            raise refusal(
                code="import_deep", where=where, reason=f"more than {DEPTH} levels or {XML_ELEMENTS} elements"
            )
        node = Node(tag=name.rpartition(":")[2], attributes=attributes)
        open_ones[-1].children.append(node)
        open_ones.append(node)
        texts.append([])

    def end(_: str) -> None:
        open_ones.pop().text = "".join(texts.pop())

    def words(found: str) -> None:
        texts[-1].append(found)

    _parse(content, where, start=start, end=end, words=words)
    return top.children[0]


def require_plain(content: bytes, *, where: str) -> None:
    """Refuse XML that declares a document type or entities, or is nested too deeply.

    Raises
    ------
    RefusedError
        If it does, or is broken.
    """
    level = 0

    def start(_: str, __: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > DEPTH:
            raise refusal(code="import_deep", where=where, reason=f"more than {DEPTH} levels")

    def end(_: str) -> None:
        nonlocal level
        level -= 1

    _parse(content, where, start=start, end=end, words=None)


def _parse(
    content: bytes, where: str, *, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None],
    words: Callable[[str], None] | None,
) -> None:  # fmt: skip
    content, encoding = _encoded(content, where)
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(name: str, *_: object) -> None:
        raise refusal(
            code="import_entities", where=name, reason="declarations can read other files and grow without end"
        )

    def refuse_external(_: str, *names: object) -> int:
        raise refusal(code="import_entities", where=names[1], reason="it asks for another file")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse_external
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if words is not None:
        parser.CharacterDataHandler = words
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat's own
    except (expat.ExpatError, ValueError, LookupError) as fault:
        ends_early = isinstance(fault, expat.ExpatError) and fault.code in ENDS_EARLY
        raise refusal(
            code="import_cut_off" if ends_early else "import_broken", where=where, reason=f"XML: {fault}"
        ) from fault


def _encoded(content: bytes, where: str) -> tuple[bytes, str | None]:
    """XML in an encoding that expat knows: Chinese ones are turned into UTF-8."""
    declared = DECLARED.match(content)
    named = known(declared[1].decode("ascii")) if declared else ""
    if named in {"gb18030", "big5"}:
        try:
            return content.decode(named).encode(), "utf-8"
        except UnicodeDecodeError as fault:
            raise refusal(code="import_broken", where=where, reason=f"byte {fault.start} is not {named}") from fault
    if declared is None and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text_of(content, where=where)[0].encode(), "utf-8"
    return content, None
