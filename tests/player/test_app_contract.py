"""The whole player as a process on a virtual screen: what a village sees, presses, and leaves in the journal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from demo.screen import SIZE, VirtualScreen
from demo.sounds import motif
from player.status import read_status, runtime_folder
from playlists.documents import LiveChannel, Plan, Session, Sounds
from tests.fakes.box import GROUP, FilmFile, make_box, make_film, new_folders, publish_to, store_sound
from tests.fakes.small_disk import read_only, small_disk
from tests.player.workers.live import streams
from tests.player.workers.live.streams import free_port

SITE = "remote: {kernel_devices: false}\n"
CHINA = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[FilmFile]:
    folder = tmp_path_factory.mktemp("films")
    return [make_film(folder / "one.mp4", 4), make_film(folder / "two.mp4", 4)]


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> list[FilmFile]:
    folder = tmp_path_factory.mktemp("long")
    return [make_film(folder / "one.mp4", 60), make_film(folder / "two.mp4", 4)]


class Player:
    """A player process on a screen of its own."""

    def __init__(self, screen: VirtualScreen, folder: Path) -> None:
        self.screen = screen
        self.data = folder / "data"
        self.site = folder / "player.yaml"
        self.site.write_text(SITE, encoding="utf-8")
        self.log = folder / "log"
        runtime = folder / "runtime"
        runtime.mkdir()
        self._environment = {**os.environ, "DISPLAY": screen.name, "XDG_RUNTIME_DIR": str(runtime)}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "player", "--config", str(self.site), "--data", str(self.data), *arguments]

    def start(self, *arguments: str) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command(*arguments), env=self._environment, stderr=log)

    def sees(self) -> bytes:
        """Return the pixels of the upper half, where no panel lies over the picture."""
        return self.screen.rows(0, SIZE[1] // 2)

    def sees_movement(self, within_s: float = 10) -> bool:
        """Tell whether the picture changes at least three times."""
        seen = {self.sees()}
        for _ in range(int(within_s / 0.1)):
            time.sleep(0.1)
            seen.add(self.sees())
            if len(seen) > 3:
                return True
        return False

    def press(self, *keys: str) -> None:
        """Press keys by their X names, as a person would: one after the other."""
        for key in keys:
            self.screen.press(key)
            time.sleep(0.15)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), env=self._environment, capture_output=True, text=True, check=False, timeout=60
        )

    def status(self) -> dict[str, Any]:
        found = read_status(runtime_folder(self.data, self._environment))
        return found.content if found and found.running else {}

    def wait_until(self, what: Callable[[dict[str, Any]], Any], within_s: float = 30) -> dict[str, Any]:
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            if (status := self.status()) and what(status):
                return status
            time.sleep(0.05)
        raise AssertionError(f"{self.status()}\n{self.log.read_text()}")

    def wait_for_screen(self, name: str) -> dict[str, Any]:
        return self.wait_until(lambda status: status["screen"] == name)

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(20)
        self.process = None
        return code

    def journal(self, *kinds: str) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "playlists.command", "journal", "show", str(self.data / "journal.sqlite")]
        script = f"import sys; from playlists.command import main; sys.exit(main({command[3:]!r}))"
        shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        entries = [json.loads(line) for line in shown.splitlines()]
        return [entry for entry in entries if entry["kind"] in kinds]


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    with VirtualScreen() as screen:
        player = Player(screen, tmp_path)
        yield player
        if player.process is not None:
            player.process.kill()
            player.process.wait()


def play_course_128(player: Player) -> None:
    player.start()
    player.wait_for_screen("HomeScreen")
    player.press("0", "1", "2", "8", "Return")
    player.wait_until(lambda status: "playing" in (status["playing"] or ""))


def test_a_lesson_is_chosen_by_number_shown_and_journalled(player: Player, long_film: list[FilmFile]) -> None:
    make_box(player.data, long_film)
    play_course_128(player)
    assert player.sees_movement()
    time.sleep(1.5)  # progress is told four times a second; what is journalled may lag by that
    assert player.run("--status").stdout.count("mushrooms/lesson-1") == 1
    assert player.end() == 0
    (play,) = player.journal("play")
    assert (play["course"], play["lesson"], play["why"], play["ended"]) == ("mushrooms", "lesson-1", "menu", "cut")
    assert sum(to - since for since, to in play["segments"]) > 500
    assert player.run("--status").stdout.startswith("player      does not run")


def test_a_play_that_a_power_cut_broke_off_is_sealed_once_at_the_next_start(
    player: Player, long_film: list[FilmFile]
) -> None:
    make_box(player.data, long_film)
    play_course_128(player)
    time.sleep(1)
    player.end(signal.SIGKILL)
    assert player.journal("play") == []
    for _ in range(2):
        player.start()
        player.wait_until(lambda status: status["journal_head"] > 1)
        assert player.end() == 0
    (play,) = player.journal("play")
    assert play["ended"] == "cut"
    assert [boot["clean"] for boot in player.journal("boot")] == [True, False, True]


def test_a_live_channel_is_watched_paused_and_journalled_after_a_notice_was_put_away(player: Player) -> None:
    plan = Plan(group=GROUP, issued="2026-02-28T10:00", notice="今晚有大风", notice_until="2099-01-01T08:00")
    with streams.udp(free_port()) as url:
        channel = LiveChannel(id="province", name="省远教直播", url=url)
        publish_to(new_folders(player.data), [], plan, [], [channel])
        player.start()
        player.wait_for_screen("HomeScreen")
        player.press("Return", "8", "1")  # the first puts the notice away
        player.wait_until(lambda status: status["live"] == "province watching")
        assert player.sees_movement()
        player.press("Return")
        player.wait_until(lambda status: status["live"] == "province paused")
        player.press("Return")
        player.wait_until(lambda status: status["live"] == "province watching")
        player.press("Home")
        player.wait_until(lambda status: status["live"] is None)
        player.wait_for_screen("HomeScreen")
    assert player.end() == 0
    (play,) = player.journal("play")
    assert (play["course"], play["why"], play["ended"], play["pauses"]) == ("province", "live", "stopped", 1)
    assert play["segments"][0][1] > 500
    assert not (player.data / "live-ring").exists()


@pytest.mark.timeout(180)
def test_a_channel_is_recorded_over_a_kill_and_watched_meanwhile_then_shown_and_deleted(player: Player) -> None:
    with streams.udp(free_port()) as url:
        plan = Plan(group=GROUP, issued="2026-02-28T10:00")
        publish_to(new_folders(player.data), [], plan, [], [LiveChannel(id="province", name="省远教直播", url=url)])
        player.start()
        player.wait_for_screen("HomeScreen")
        player.press("8", "0", "0", "1", "1", "1", "Return")  # information, recordings, plan, channel, now, 30 minutes
        player.wait_until(lambda status: "running" in (status["recording"] or ""))
        time.sleep(5)
        player.end(signal.SIGKILL)
        player.start()
        player.wait_until(lambda status: "running" in (status["recording"] or ""))
        player.press("8", "1")
        player.wait_until(lambda status: status["live"] == "province watching")
        assert player.sees_movement()
        player.press("Home")
        player.wait_until(lambda status: status["live"] is None and "running" in status["recording"])
        player.press("8", "0", "1", "2")  # the one that runs, and yes
        player.wait_until(lambda status: status["recording"] is None)
    player.press("1", "1")  # the recording, and its first part
    player.wait_until(lambda status: "playing" in (status["playing"] or ""))
    assert player.sees_movement()
    player.press("Escape")
    player.wait_until(lambda status: status["playing"] is None)
    player.press("4", "2")  # delete, and yes
    player.wait_for_screen("RecordingsScreen")
    until = time.monotonic() + 10
    while list((player.data / "store" / "recordings").iterdir()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list((player.data / "store" / "recordings").iterdir())
    assert player.end() == 0
    (planned,), (came,), (_,) = (player.journal(kind) for kind in ("record-planned", "recorded", "record-deleted"))
    assert (came["plan"], came["ended"], came["parts"]) == (planned["plan"], "stopped", 2)
    assert came["length_ms"] >= 3_000
    plays = player.journal("play")
    assert [(one["course"], one["why"]) for one in plays] == [("province", "live"), ("province", "menu")]
    assert plays[1]["lesson"] == f"@{planned['starts']}/1"


def test_a_group_session_from_gathering_to_the_sign_off(player: Player, films: list[FilmFile]) -> None:
    starts = (datetime.now(UTC) + timedelta(minutes=10)).astimezone(CHINA)
    session = Session(
        id="spring", title="春季集中学习", playlist="all", starts=starts.strftime("%Y-%m-%dT%H:%M"), expected=27
    )
    make_box(player.data, films, [session])
    player.start()
    player.wait_until(lambda status: "gathering" in (status["session"] or ""))
    player.press("Return")
    player.wait_until(lambda status: "playing" in (status["playing"] or ""))
    assert player.sees_movement()
    player.wait_until(lambda status: "counting" in (status["session"] or ""), within_s=40)
    player.press("2", "7", "Return", "1", "8", "Return", "9", "Return", "0", "Return")
    player.wait_until(lambda status: "closing" in (status["session"] or "closing"))
    assert player.end() == 0
    plays = player.journal("play")
    assert [(play["lesson"], play["why"], play["ended"]) for play in plays] == [
        ("lesson-1", "session", "finished"),
        ("lesson-2", "session", "finished"),
    ]
    (heads,) = player.journal("heads")
    assert (heads["present"], heads["members"], heads["villagers"], heads["on_leave"]) == (27, 18, 9, 0)
    assert [held["ended"] for held in player.journal("session")] == ["held"]


def test_people_are_greeted_hear_music_until_they_start_and_are_asked_for_the_heads(
    player: Player, films: list[FilmFile]
) -> None:
    starts = (datetime.now(UTC) + timedelta(minutes=10)).astimezone(CHINA)
    session = Session(id="spring", title="春季集中学习", playlist="all", starts=starts.strftime("%Y-%m-%dT%H:%M"))
    prompt, music = motif("gathering", player.data.parent), motif("counting", player.data.parent)
    folders = new_folders(player.data)
    heard = Sounds(
        prompts={step: store_sound(folders, prompt, 1_800) for step in ("gathering", "counting")},
        music=(store_sound(folders, music, 1_800),),
    )
    make_box(player.data, films, [session], sounds=heard)
    player.start()
    player.wait_until(lambda status: status["heard"] == "speaking")
    player.wait_until(lambda status: status["heard"] == "music")
    player.press("Return")
    player.wait_until(lambda status: "playing" in (status["playing"] or "") and status["heard"] is None)
    assert player.sees_movement()
    assert player.status()["heard"] is None
    player.wait_until(lambda status: "counting" in (status["session"] or "") and status["heard"] == "speaking", 40)
    assert player.end() == 0


def test_a_box_that_does_not_know_the_time_asks_and_two_keys_begin_its_session(
    player: Player, films: list[FilmFile]
) -> None:
    starts = (datetime.now(UTC) + timedelta(days=2)).astimezone(CHINA)
    session = Session(id="spring", title="春季集中学习", playlist="all", starts=starts.strftime("%Y-%m-%dT%H:%M"))
    make_box(player.data, films, [session], knows_time=False)
    player.start()
    status = player.wait_for_screen("HomeScreen")
    assert (status["clock"], status["session"]) == ("unknown", None)
    player.press("Return")
    player.wait_until(lambda status: "gathering" in (status["session"] or ""))
    player.press("Return")
    player.wait_until(lambda status: "playing" in (status["playing"] or ""))
    assert player.end() == 0


def test_a_new_box_without_a_network_shows_that_it_wants_to_be_bound(player: Player) -> None:
    player.start()
    status = player.wait_until(lambda status: status["box"])
    assert status["site"] is None
    assert len(set(player.sees())) > 10
    assert player.end() == 0
    assert len(player.journal("boot")) == 1


def test_wrong_settings_are_said_on_the_screen_and_in_the_log_and_the_box_runs(player: Player) -> None:
    player.site.write_text(
        SITE + "television: {volume_percent: 130, volum: 3}\ncounty: {api: 'http://county'}\n", encoding="utf-8"
    )
    checked = player.run("--check")
    assert checked.returncode == 1
    assert checked.stdout.count("allowed: ") == 3
    player.start()
    status = player.wait_for_screen("FaultScreen")
    assert status["faults"]["P01"].count(" · ") == 2
    assert player.log.read_text().count("allowed: ") == 3
    assert player.end() == 0


def test_what_is_chosen_in_the_settings_outlives_a_kill(player: Player, films: list[FilmFile]) -> None:
    make_box(player.data, films)
    chosen = player.data / "preferences.json"
    player.start()
    player.wait_for_screen("HomeScreen")
    player.press("9", "4")
    player.wait_until(lambda _: chosen.exists())
    player.end(signal.SIGKILL)
    assert json.loads(chosen.read_text())["large_type"] is True
    player.start()
    player.wait_for_screen("HomeScreen")
    player.press("9", "4")
    player.wait_until(lambda _: "large_type" not in json.loads(chosen.read_text()))
    assert player.end() == 0


def test_a_self_check_feels_the_box_and_is_reported_with_one_key(player: Player, films: list[FilmFile]) -> None:
    make_box(player.data, films)
    player.start()
    player.wait_for_screen("HomeScreen")
    before = player.status()["journal_head"]
    player.press("4", "1")
    player.wait_for_screen("CheckScreen")
    time.sleep(1)  # the devices answer; where there is no sound nobody is asked, else 1 says that it was heard
    player.press("1", "Return")
    player.wait_until(lambda status: status["journal_head"] > before)
    assert player.end() == 0
    (told,) = player.journal("check")
    assert set(told["results"]) == {"line", "picture", "sound", "storage", "clock", "heat", "remote"}
    assert told["results"]["storage"] == "good"


def test_a_second_player_on_the_same_data_folder_is_refused(player: Player) -> None:
    player.start("--windowless")
    player.wait_for_screen("HomeScreen")
    second = player.run("--windowless")
    assert second.returncode == 1
    assert "another player runs on" in second.stderr
    assert player.end() == 0


def test_a_box_whose_card_has_turned_read_only_starts_says_so_and_plays(
    player: Player, long_film: list[FilmFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    player.site.write_text(SITE + "store: {reserve_mib: 16}\n", encoding="utf-8")
    with small_disk(player.data, 64 << 20):
        make_box(player.data, long_film)
        player.start("--windowless")
        player.wait_for_screen("HomeScreen")
        assert player.end() == 0
        with read_only(player.data, monkeypatch):
            play_course_128(player)
            status = player.wait_until(lambda status: "J01" in status["faults"])
            assert "C02" in status["faults"]
            assert player.sees_movement()
            player.end()


def test_a_data_folder_that_cannot_be_used_is_said_on_the_screen(player: Player) -> None:
    player.data.write_text("a file, not a folder")
    player.start()
    ends = time.monotonic() + 20
    while "the box cannot start" not in player.log.read_text() and time.monotonic() < ends:
        time.sleep(0.1)
    time.sleep(0.3)
    assert len(set(player.sees())) > 10
    assert player.end() == 1


def test_without_an_x_server_it_says_so_and_ends(player: Player) -> None:
    player._environment["DISPLAY"] = ":4095"
    ended = player.run()
    assert ended.returncode == 1
    assert "X server :4095" in ended.stderr
