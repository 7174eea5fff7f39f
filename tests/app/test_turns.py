"""Pages take turns: one after the other, none for ever, and none lost."""

from threading import Event, Thread

import pytest

from app.core.view import SECTIONS
from app.service import render_lock


def drawn(section: str, begun: Event, may_end: Event) -> Thread:
    """Start to draw a page that ends when it may."""

    def draw() -> None:
        with render_lock.render_lock(section):
            begun.set()
            assert may_end.wait(10)

    thread = Thread(target=draw)
    thread.start()
    return thread


def test_a_page_is_drawn_when_the_one_before_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_lock, "PATIENCE_S", 10.0)
    first, second, may_end = Event(), Event(), Event()
    threads = [drawn("land", first, may_end)]
    assert first.wait(10)
    threads.append(drawn("places", second, may_end))
    assert not second.wait(0.1)
    may_end.set()
    assert second.wait(10)
    for thread in threads:
        thread.join()


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_lock, "PATIENCE_S", 0.05)
    first, second, may_end = Event(), Event(), Event()
    threads = [drawn("land", first, may_end)]
    assert first.wait(10)
    threads.append(drawn("land", second, may_end))
    assert second.wait(10)
    may_end.set()
    for thread in threads:
        thread.join()
    assert not render_lock.LOCK.locked()


@pytest.mark.parametrize(("first_section", "second_section"), [("land", "analysis"), ("analysis", "land")])
def test_what_may_take_long_neither_waits_nor_blocks(
    monkeypatch: pytest.MonkeyPatch, first_section: str, second_section: str
) -> None:
    monkeypatch.setattr(render_lock, "PATIENCE_S", 60.0)
    first, second, may_end = Event(), Event(), Event()
    threads = [drawn(first_section, first, may_end)]
    assert first.wait(10)
    threads.append(drawn(second_section, second, may_end))
    assert second.wait(10)
    may_end.set()
    for thread in threads:
        thread.join()


def test_a_page_that_breaks_off_ends_its_turn() -> None:
    with pytest.raises(TimeoutError), render_lock.render_lock("land"):
        raise TimeoutError
    assert not render_lock.LOCK.locked()


def test_the_sections_that_may_take_long_exist() -> None:
    assert set(SECTIONS) > render_lock.MAY_TAKE_LONG
