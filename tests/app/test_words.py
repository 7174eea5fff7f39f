"""Every text is there in both languages, and every error has its words."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

from app.core.view import View, from_query
from app.documents.single_file.document import single_file_texts
from app.i18n.messages import WORDS, bilingual, in_words
from app.i18n.texts import MAP_TEXTS, SHARED, TEXTS, map_texts, text
from geo.errors import AtlasError, SchemaError

BLANK = re.compile(r"\{(\w*)\}")
NO_CHINESE_WORD = {"col_n", "map:list_comma"}  # a letter of statistics, a sign
MAP: dict[str, tuple[str, str]] = json.loads(MAP_TEXTS.read_text(encoding="utf-8"))
EVERY_TEXT = {**{f"map:{key}": pair for key, pair in MAP.items()}, **TEXTS}


def is_chinese(words: str) -> bool:
    """Say whether there is a Chinese character in it."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in words)


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, (zh, en) in EVERY_TEXT.items():
        assert zh.strip(), key
        assert en.strip(), key
        assert is_chinese(zh) or key in NO_CHINESE_WORD or not BLANK.sub("", zh).strip(), key
        # 亩 is the unit's name in both languages; the switch of languages names both
        assert not is_chinese(en.replace("亩", "")) or key == "language", key
        assert Counter(BLANK.findall(zh)) == Counter(BLANK.findall(en)), key


def test_the_map_is_given_its_own_texts_unchanged() -> None:
    given = map_texts()
    assert {key: given[key] for key in MAP} == {key: tuple(pair) for key, pair in MAP.items()}


def test_what_the_map_says_in_the_pages_words_is_not_said_in_its_own_as_well() -> None:
    assert set(SHARED) <= set(TEXTS)
    assert set(SHARED).isdisjoint(MAP)


def test_every_text_that_the_map_asks_for_exists(root: Path) -> None:
    params = {
        key
        for path in (root / "app" / "static" / "atlas").glob("*.js")
        for key in re.findall(r"""\.t\(["']([a-z_]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert params
    assert params <= set(map_texts()) | set(single_file_texts())


def test_every_text_that_the_page_asks_for_exists(root: Path) -> None:
    params = {
        str(node.args[0].value)
        for path in (root / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "text"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(params) > 30
    assert params <= set(TEXTS)


def test_the_language_chooses_the_words() -> None:
    assert text("filters", "zh") == "筛选"
    assert text("filters", "en") == "Filters"


def codes_used(root: Path) -> set[str]:
    """List every `code="..."` that an error is raised with."""
    return {
        str(keyword.value.value)
        for room in ("geo", "layers", "app")
        for path in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "Format"  # a format's code is no error's
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }


def test_every_error_has_its_words_in_both_languages(root: Path) -> None:
    codes = codes_used(root)
    assert {"missing_file", "unknown_district"} <= codes
    assert codes <= set(WORDS)


def test_the_words_of_every_error_name_the_place() -> None:
    for code, (zh, en) in WORDS.items():
        assert is_chinese(zh), code
        assert not is_chinese(en), code
        assert BLANK.findall(zh) == BLANK.findall(en) == ["where"], code
        fault = AtlasError("the reason", code=code, where="{x}", hint="Do this.")
        for words in (in_words(fault, "zh"), in_words(fault, "en"), bilingual(fault)):
            assert "{x}" in words, code
            assert "the reason" in words, code
            assert "Do this." in words, code


def test_an_error_without_a_place_still_has_words() -> None:
    assert "- | " in bilingual(SchemaError("the reason", code="unreadable"))


def test_the_language_of_a_url_is_one_of_two() -> None:
    assert from_query({"lang": "en"}, towns=())[0] == View(lang="en")
