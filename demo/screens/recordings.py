"""The states of recording live channels (录制): planned, running, done and gone wrong."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from player.core import recorded
from player.core.facts import PlannedRecording, RecordedPart, RecordingResult, StoredRecording
from player.core.library import Library
from player.core.lives.channel import Reception, RecordingState, RunningRecording
from player.core.lives.picture import Live, LiveState
from player.core.screens_shown import (
    CoursesScreen,
    HomeScreen,
    InformationScreen,
    LiveScreen,
    PlanScreen,
    RecordingScreen,
    RecordingsScreen,
    Screen,
)
from player.core.worker_effects import RecordChannel
from player.core.world import World
from player.screens.question import ask_to_cancel_recording, ask_to_delete_recording, ask_to_stop_recording
from playlists.recordings import name_of

from .states import CHANNELS, NOW, ROW, at, base
from .village import LONG_TITLE, MINUTE_MS, NOW_MS, SHELF, generation

State = tuple[World, Library]
TODAY: Final = NOW_MS // 86_400_000
MARCH: Final = "2026-03-"
PLANS: Final = (
    PlannedRecording("r1", "province", "省远教直播", f"{MARCH}04T19:00", 60, "once"),
    PlannedRecording("r2", "county", "县农技直播", f"{MARCH}04T20:00", 90, "weekly"),
    PlannedRecording("r3", "gone", "市台农业频道", f"{MARCH}06T19:30", 60, "once"),
)
DONE: Final = (
    RecordingResult("province", "省远教直播", f"{MARCH}01T19:30", 60, 60 * MINUTE_MS, "complete"),
    RecordingResult("province", "省远教直播", f"{MARCH}02T19:30", 60, 41 * MINUTE_MS, "missed"),
    RecordingResult("gone", "市台农业频道", f"{MARCH}03T12:00", 30, 12 * MINUTE_MS, "taken-off"),
    RecordingResult("county", "县农技直播", f"{MARCH}03T20:00", 90, 0, "missed"),
    RecordingResult("long", LONG_TITLE, f"{MARCH}03T21:00", 120, 77 * MINUTE_MS, "full"),
)
WHOLE, CUT, GONE = (name_of(one.channel, one.starts) for one in DONE[:3])


def stored(result: RecordingResult, *lengths: int) -> StoredRecording:
    """Return what is stored of a recording: parts of so many minutes, five minutes apart."""
    parts, begins_ms = [], NOW_MS - 3 * 86_400_000
    for number, length in enumerate(lengths, 1):
        parts.append(RecordedPart(number, begins_ms, length * MINUTE_MS, length * 15_000_000))
        begins_ms += (length + 5) * MINUTE_MS
    box = base().box_id
    return StoredRecording(box, result.channel, result.title, result.starts, result.minutes, tuple(parts))


def world_of(*screens: Screen, planned: bool = True, done: bool = True) -> World:
    """Return a village that records channels."""
    lengths = ((60,), (23, 12, 6), (12,), (), (77,))
    parts = {name_of(one.channel, one.starts): stored(one, *each) for one, each in zip(DONE, lengths, strict=True)}
    world = replace(
        base(*screens), generation=replace(generation(), channels=CHANNELS),
        planned_recordings=PLANS if planned else (),
        recorded={name_of(one.channel, one.starts): one for one in DONE} if done else {},
    )  # fmt: skip
    if not done:
        return world
    kept = {name: one for name, one in parts.items() if one.parts}
    world = replace(world, store=replace(world.store, recordings=kept))
    assert world.generation is not None
    return replace(world, generation=replace(world.generation, recordings=recorded.shown(world)))


def running(world: World, state: RecordingState = RecordingState.RUNNING) -> World:
    """Return the world in which the first plan is recorded."""
    one = PLANS[0]
    order = RecordChannel(one.channel, one.title, one.starts, one.minutes, 1 << 32)
    name, ends_ms = name_of(one.channel, one.starts), NOW_MS + 23 * MINUTE_MS
    at_work = RunningRecording(one.plan, name, state, CHANNELS[0], order, ends_ms)
    reception = Reception(CHANNELS[0], 9, "http://127.0.0.1:1/x", kept_ms=1_500_000)
    return replace(world, recording=at_work, reception=reception)


def recording_states() -> dict[str, State]:
    """Return these states by name."""
    plan = PlanScreen("confirm", channel="province", day=TODAY + 1, minute=1170, minutes=60, room_bytes=5 << 30)
    watched = Live(CHANNELS[0], LiveState.WATCHING, ROW, 10, since_monotonic_ms=NOW.monotonic_ms)
    unknown = {"trust": "unknown", "wall_ms": NOW_MS}
    picture = running(world_of(InformationScreen(), LiveScreen(NOW.monotonic_ms + 4_000)))
    worlds = {
        "recordings": running(world_of(RecordingsScreen())),
        "recordings-lost": running(world_of(RecordingsScreen()), RecordingState.LOST),
        "recordings-planned": world_of(RecordingsScreen(1)),
        "recordings-done": world_of(RecordingsScreen(4), planned=False),
        "recordings-empty": world_of(RecordingsScreen(), planned=False, done=False),
        "recordings-clock-unknown": at(world_of(RecordingsScreen()), **unknown),
        "recording": world_of(RecordingsScreen(3), RecordingScreen(WHOLE)),
        "recording-parts": world_of(RecordingsScreen(4), RecordingScreen(CUT, 1)),
        "recording-channel-stopped": world_of(RecordingsScreen(5), RecordingScreen(GONE)),
        "recording-gone": world_of(RecordingsScreen(), RecordingScreen("province@2026-01-01T00:00")),
        "on-the-box-recordings": world_of(CoursesScreen(("本机节目",), 9)),
        "plan-what-recordings": world_of(PlanScreen(focus=8)),
        "record-channel": world_of(PlanScreen("channel")),
        "record-channel-none": base(PlanScreen("channel")),
        "record-when": world_of(PlanScreen("when", channel="province")),
        "record-day": world_of(PlanScreen("day", channel="county")),
        "record-time": world_of(PlanScreen("time", 3, channel="county", day=TODAY + 7)),
        "record-clock": world_of(PlanScreen("clock", channel="county", day=TODAY + 7, digits="20")),
        "record-length": world_of(replace(plan, step="length", focus=2, room_bytes=1 << 30)),
        "record-confirm": world_of(plan),
        "record-confirm-weekly": world_of(replace(plan, repeat="weekly")),
        "record-confirm-session": world_of(replace(plan, day=TODAY), planned=False),
        "record-confirm-clash": world_of(replace(plan, channel="county", day=TODAY, minute=1230)),
        "record-confirm-room": world_of(replace(plan, minutes=180, room_bytes=1 << 30)),
        "record-confirm-estimated": at(world_of(replace(plan, day=TODAY + 3)), trust="estimated"),
        "record-confirm-long": world_of(replace(plan, channel="long", day=TODAY + 1, minute=19 * 60, minutes=120)),
        "record-confirm-gone": world_of(replace(plan, channel="gone")),
        "home-recording": running(world_of()),
        "channels-recording": running(world_of(InformationScreen())),
        "live-recording": replace(picture, live=watched),
        "question-stop-recording": world_of(RecordingsScreen(), ask_to_stop_recording("省远教直播 今天 19:00–20:00")),
        "question-cancel-recording": world_of(
            RecordingsScreen(), ask_to_cancel_recording("省远教直播", "r1", PLANS[0].starts, repeats=False)
        ),
        "question-cancel-recordings": world_of(
            RecordingsScreen(), ask_to_cancel_recording("县农技直播", "r2", PLANS[1].starts, repeats=True)
        ),
        "question-delete-recording": world_of(
            RecordingScreen(WHOLE), ask_to_delete_recording(recorded.title(stored(DONE[0])), WHOLE)
        ),
    }  # fmt: skip
    return {name: (replace(world, screens=(HomeScreen(), *world.screens[1:])), SHELF) for name, world in worlds.items()}
