"""The only door to the disk: what is missing or unreadable is named, what is written is whole or not there."""

import errno
import os
from pathlib import Path

import pytest

from geo import io
from geo.errors import AtlasError, DataError, MissingFileError, ParameterError, SchemaError


@pytest.mark.parametrize("read", [io.read_bytes, io.read_text, io.read_toml, io.read_table, io.sha256])
def test_a_missing_file_is_named(read: object, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as caught:
        read(tmp_path / "gone.csv")  # type: ignore[operator]
    assert caught.value.where.endswith("gone.csv")
    assert caught.value.code == "missing_file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        io.read_text(tmp_path)


@pytest.mark.parametrize("read", [io.read_text, io.read_toml, io.read_table])
def test_a_file_that_is_not_utf8_is_named(read: object, tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("名称\n松江\n".encode("gbk"))
    with pytest.raises(SchemaError) as caught:
        read(path)  # type: ignore[operator]
    assert caught.value.where.endswith("gbk.csv")


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_text("id\n1\n", encoding="utf-8-sig")
    assert io.read_table(path) == [{"id": "1"}]


def test_broken_toml_gives_a_schema_error(tmp_path: Path) -> None:
    path = tmp_path / "source.toml"
    path.write_text("title = ", encoding="utf-8")
    with pytest.raises(SchemaError):
        io.read_toml(path)


@pytest.mark.parametrize("row", ["1", "1,2,3"])
def test_a_row_of_another_length_is_named_by_its_number(row: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"a,b\n1,2\n{row}\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="row 3"):
        io.read_table(path)


def test_a_table_keeps_commas_quotes_and_line_breaks_inside_cells(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n"x, ""y""","one\ntwo"\n', encoding="utf-8")
    assert io.read_table(path) == [{"a": 'x, "y"', "b": "one\ntwo"}]


def test_a_cell_beyond_the_readers_limit_gives_a_schema_error(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_text("a\n" + "x" * 200_000 + "\n", encoding="utf-8")
    with pytest.raises(SchemaError):
        io.read_table(path)


def test_a_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert io.sha256(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    io.write_text(path, "上海\r\n")
    assert path.read_bytes() == "上海\r\n".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["out.geojson"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.geojson"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        io.write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.geojson"]


def test_a_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        io.write_text(tmp_path / "out.txt", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        io.write_text(tmp_path / "folder", "text")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_a_written_file_may_be_read_by_whom_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        io.write_text(tmp_path / "out.txt", "text")
    finally:
        os.umask(before)
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o644


def test_an_error_says_what_where_and_what_to_do_in_one_line() -> None:
    fault = SchemaError("It broke.", code="unreadable", where="a.csv", hint="Mend it.")
    assert str(fault) == "It broke. [a.csv] Mend it."
    assert isinstance(fault, DataError)
    assert isinstance(fault, AtlasError)
    assert issubclass(ParameterError, ValueError)
