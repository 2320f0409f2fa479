"""Mains that fail, lines that lose answers, a county that nobody can reach, courses that are withdrawn."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.once import COURSE_NUMBER, COURSE_TITLE, SITE_NAME
from demo.stage import Box, wait_for
from player.core.playback import KEEP_MS
from tests.e2e.line import Line
from tests.e2e.village import SESSION, Nowhere, Village, press, said_by, virtual_television

SAME_SECOND_MS = 1_000
COURSE = f"course-{COURSE_NUMBER}"
NEWS = ("4", "up", "up", "up", "ok")  # 设备状态, the third row from below: asks for news and sends what waits


def children_of(pid: int) -> list[Path]:
    """Return the /proc folders of a process's children."""
    text = " ".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [Path("/proc") / child for child in text.split()]


@pytest.mark.timeout(150)
def test_a_session_that_a_power_cut_broke_off_goes_on_at_the_same_second_and_counts_once(
    ready: Path, tmp_path: Path
) -> None:
    with Village(tmp_path, ready) as village:
        village.sees("screen", "HomeScreen")
        village.press("ok", "ok")
        village.sees("playing", "playing")
        began = time.monotonic()
        time.sleep(KEEP_MS / 1000 + 1.5)
        children = children_of(village.box.pid)
        village.box.kill()
        watched_ms = int((time.monotonic() - began) * 1000)
        assert children
        village.wait("the children dead too", lambda: not any((child / "task").exists() for child in children), 5)

        village.box.start()
        village.sees("screen", "SessionScreen")
        village.press("ok")
        village.sees("playing", "playing")
        village.sees("session", "counting", 40)
        village.press("ok", "ok", "ok", "ok")
        village.wait("the county's acknowledgement", village.all_acknowledged, 40)

        first, second = village.entries("play")
        stopped_at, went_on_at = first["segments"][-1][1], second["segments"][0][0]
        assert abs(stopped_at - went_on_at) <= SAME_SECOND_MS
        assert 0 <= watched_ms - stopped_at <= KEEP_MS + SAME_SECOND_MS  # a cut costs seconds
        assert (first["ended"], second["ended"]) == ("cut", "finished")
        assert len(village.entries("heads")) == len(village.entries("session")) == 1

        village.office.log_in("operator")
        assert len([row for row in village.office.plays() if COURSE_TITLE in " ".join(row)]) == 2
        assert len([row for row in village.office.sessions_held() if SESSION in " ".join(row)]) == 1


@pytest.mark.timeout(150)
def test_a_county_that_restarts_before_it_could_answer_has_every_entry_once(ready: Path, tmp_path: Path) -> None:
    line = Line()
    with Village(tmp_path, ready, line) as village:
        village.office.log_in("operator")
        village.sees("screen", "HomeScreen")
        village.press("0", "3", "1", "0", "ok")
        village.sees("playing", "playing")
        line.answers_lost = True
        village.press("stop", "home", *NEWS)
        village.wait("the play at the county", village.office.plays)
        assert not village.all_acknowledged()

        line.answers_lost = False
        village.restart_county()
        village.press("ok")
        village.wait("the county's acknowledgement", village.all_acknowledged, 60)
        assert len(village.entries("play")) == len(village.office.plays()) == 1
        assert village.office.doubts() == []
    line.close()


@pytest.mark.timeout(120)
def test_a_stop_order_reaches_the_box_and_its_receipt_the_county(ready: Path, tmp_path: Path) -> None:
    with Village(tmp_path, ready) as village:
        village.office.log_in("operator")
        village.office.stop_course(COURSE, "课件有误")
        village.sees("screen", "HomeScreen")
        village.press(*NEWS)
        village.wait("the receipt in the journal", lambda: village.entries("stopped"))
        village.wait("the county's acknowledgement", village.all_acknowledged)
        (receipt,) = village.office.receipts(COURSE)
        assert SITE_NAME in receipt[0]
        assert "已确认" in " ".join(receipt)

        village.press("home", "0", "3", "1", "0", "ok")
        time.sleep(1)
        assert village.player()["playing"] is None
        assert village.entries("play") == []


@pytest.mark.timeout(240)
def test_a_silent_box_is_told_over_the_telephone_to_stop_a_course(ready: Path, tmp_path: Path) -> None:
    with Village(tmp_path, ready) as village:
        village.box.stop()
        village.office.log_in("operator")
        village.office.stop_course(COURSE, "课件有误")
        code = village.office.stop_code(COURSE, SITE_NAME)
        television = village.television
        with running(Box(tmp_path / "box", Nowhere(tmp_path / "county"), television.screen.name)) as box:
            wait_for_screen(box, "HomeScreen")
            press(television, "0", "3", "1", "0", "ok")
            wait_for("the picture", lambda: "playing" in str(said_by(box).get("playing")), 10)
            press(
                television,
                "home",
                "4",
                "up",
                "ok",
                "3",
                "1",
                "0",
                "ok",
                *code[:-1],
                str((int(code[-1]) + 1) % 10),
                "ok",
            )
            wait_for("the wrong code in the journal", lambda: village.entries("stop-code"), 15)
            press(television, *code, "ok")
            wait_for("the right one", lambda: [one["day"] for one in village.entries("stop-code")][1:], 15)
            wait_for_screen(box, "StatusScreen")
            box.kill()
            box.start()
            wait_for_screen(box, "HomeScreen")
            before = len(village.entries("play"))
            press(television, "0", "3", "1", "0", "ok")
            time.sleep(1)
            assert said_by(box)["playing"] is None
            assert len(village.entries("play")) == before
        tried = village.entries("stop-code")
        assert [(one["wrong"], bool(one["day"])) for one in tried] == [(1, False), (0, True)]


@pytest.mark.timeout(120)
def test_a_wish_from_the_remote_control_is_answered_by_the_county_and_plays(ready: Path, tmp_path: Path) -> None:
    with Village(tmp_path, ready) as village:
        village.office.log_in("operator")
        village.sees("screen", "HomeScreen")
        village.press("6", "2", *"9426448", "ok", "ok")  # 香菇, in own words
        village.wait("the order in the journal", lambda: village.entries("order"))
        village.wait("the county's acknowledgement", village.all_acknowledged)
        village.office.grant_order("香菇", COURSE_NUMBER)

        before = village.player()["generation"]
        village.press("home", *NEWS)
        village.wait("the answer", lambda: village.player().get("generation", 0) > before)
        village.press("home", "6", "3")  # the order's own row leads to the course that was granted
        village.sees("screen", "CourseScreen")
        village.press("ok")
        village.sees("playing", COURSE)


@pytest.mark.timeout(60)
def test_a_box_that_never_reaches_its_county_shows_its_pages_all_the_same(office: Path, tmp_path: Path) -> None:
    with (
        virtual_television() as television,
        running(Box(tmp_path / "box", Nowhere(office / "county"), television.screen.name)) as box,
    ):
        wait_for_screen(box, "HomeScreen")
        press(television, "4")
        wait_for_screen(box, "StatusScreen")
        wait_for("the fault", lambda: said_by(box)["faults"], 15)
        press(television, "home")
        wait_for_screen(box, "HomeScreen")
        wait_for("the box's own word", lambda: said_by(box)["binding"] == "unbound", 15)


@pytest.mark.timeout(60)
def test_a_bound_box_without_names_on_the_net_plays_what_it_has(ready: Path, tmp_path: Path) -> None:
    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    with (
        virtual_television() as television,
        running(Box(tmp_path / "box", Nowhere(tmp_path / "county"), television.screen.name)) as box,
    ):
        wait_for_screen(box, "HomeScreen")
        press(television, "0", "3", "1", "0", "ok")
        wait_for_screen(box, "PlayingScreen")
        wait_for("the picture", lambda: "playing" in str(said_by(box).get("playing")), 10)


@contextmanager
def running(box: Box) -> Iterator[Box]:
    """End a box in order, whatever became of the test."""
    try:
        yield box
    finally:
        code = box.stop()
    assert code == 0


def wait_for_screen(box: Box, name: str) -> None:
    """Wait until the box shows a screen."""
    wait_for(name, lambda: said_by(box).get("screen") == name, 15)
