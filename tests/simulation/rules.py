"""What must hold, always: each rule looks at the box from outside and raises `Broken` with what it saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from player.core.effects import EvictBlobs, OpenMedia, RunFetch
from player.core.lessons import stop_order
from player.core.schedule import gathers_ms
from player.core.windows import is_open
from player.core.world import PlaybackState, SessionState, World
from player.screens.scene import Scene, Text
from playlists.dating import Dating
from playlists.entries import HeadCount, Play, SessionHeld, StopReceipt
from playlists.journal import decode_entry
from playlists.occurrences import Occurrence

from .county import Broken, County
from .disk import Disk

DATED_WITHIN_MS = 2_000
CUT_COSTS_MS = 5_500  # the row is kept every 1.5 s, at a word of the player that comes every 4 s


def nothing_unsigned_or_stopped(world: World, effect: OpenMedia, county: County, disk: Disk) -> None:
    found = county.films.get(effect.blob)
    if found is None or world.generation is None or found[0].id not in world.generation.courses:
        raise Broken(f"a blob that no document names was opened: {effect.blob}")
    if world.generation.box is not None and world.generation.box.revoked:
        raise Broken("a revoked box showed something")
    if stop_order(world.generation, found[0].id, found[1].id):
        raise Broken(f"a stopped lesson was opened: {found[0].id}/{found[1].id}")
    if not disk.store.is_whole(effect.blob):
        raise Broken(f"a blob that is not complete was opened: {effect.blob}")


def no_byte_twice(world: World, effect: RunFetch, disk: Disk) -> None:
    again = [blob.sha256 for blob in effect.blobs if disk.store.is_whole(blob.sha256)]
    if again or len({blob.sha256 for blob in effect.blobs}) < len(effect.blobs):
        raise Broken(f"what is complete was asked for again: {again}")
    if not effect.blobs:
        raise Broken("a fetch of nothing")


def nothing_outside_the_windows(world: World, *, fetching: bool) -> None:
    plans = world.generation.plans if world.generation else ()
    windows = [window for plan in plans for window in plan.windows]
    if fetching and not is_open(windows, world.now, world.settings.utc_offset_minutes):
        raise Broken(f"a fetch goes on outside the windows at {world.now}")


def evicts_nothing_needed(world: World, effect: EvictBlobs, filling: str) -> None:
    assert world.generation is not None
    if filling in effect.blobs:
        raise Broken("evicted what a worker is filling")
    playing = world.playback.row.blob if world.playback else ""
    for one in world.generation.occurrences:
        soon = one.starts_ms - world.now.wall_ms >= 0
        for item in one.items if soon and one.id not in world.done_sessions else ():
            for lesson in world.generation.courses[item.course].lessons:
                here = [r.blob.sha256 for r in lesson.renditions if _is_here(world, r.blob.sha256)]
                stopped = stop_order(world.generation, item.course, lesson.id)
                if here and not stopped and set(here) <= set(effect.blobs):
                    raise Broken(f"evicted what {one.id} needs")
    if playing in effect.blobs:
        raise Broken("evicted what plays")


def says_something(world: World, scene: Scene) -> None:
    """There is a picture that moves, or words."""
    marks = [mark for overlay in scene.overlays for mark in overlay.marks] if scene.video else list(scene.marks)
    words = any(isinstance(mark, Text) and mark.words.strip() for mark in marks)
    moving = scene.video and world.playback is not None and world.playback.state is PlaybackState.PLAYING
    if not words and not moving:
        raise Broken(f"a screen without words on {world.screen}")


def started_on_its_minute(world: World, one: Occurrence) -> None:
    """Asked a second after its minute, of a box that was up, knew the time and had a lesson ready."""
    session = world.session
    running = session is not None and session.state is not SessionState.GATHERING
    if one.id not in world.done_sessions and not running:
        raise Broken(f"{one.id} was ready and did not start; gathered at {gathers_ms(one)}")


def recorded_once(disk: Disk, shown_ms: int, excused_ms: int, *, ended: bool) -> None:
    """Compare the journal with what was really on the screen; exact again when nothing is open any more."""
    bodies = disk.journal.bodies
    plays = [body for body in bodies if isinstance(body, Play)]
    for what, names in (
        ("play", [(one.blob, one.started_wall_ms, one.segments) for one in plays if one.segments]),
        ("session", [one.session for one in bodies if isinstance(one, SessionHeld)]),
        ("head count", [one.session for one in bodies if isinstance(one, HeadCount)]),
        ("receipt", [one.stop for one in bodies if isinstance(one, StopReceipt)]),
    ):
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise Broken(f"a {what} was recorded twice: {twice[0]}")
    recorded = sum(end - start for one in plays for start, end in one.segments)
    slack_ms = 1_000 * len(plays)
    if recorded > shown_ms + slack_ms:
        raise Broken(f"recorded {recorded} ms, shown {shown_ms} ms")
    waiting = disk.journal.open_play  # the power went in the last minute: the next start would seal it
    recorded += sum(end - start for start, end in waiting.segments) if waiting else 0
    if ended and shown_ms - recorded > excused_ms + slack_ms:
        raise Broken(f"shown {shown_ms} ms, recorded {recorded} ms, and only {excused_ms} ms may be lost")


def dated_as_it_was(disk: Disk, began: Mapping[str, int]) -> None:
    """Whatever the clock was when a session began: a boot that has heard the time dates it to the second."""
    entries = [decode_entry(row.data, "test") for row in disk.journal.rows]
    dating = Dating(entries)
    for entry, body in zip(entries, disk.journal.bodies, strict=True):
        if isinstance(body, SessionHeld) and body.session in began and body.ended != "skipped":
            dated, truth_ms = dating.started(entry, body), began[body.session]
            if dated.trust == "trusted" and abs(dated.wall_ms - truth_ms) > DATED_WITHIN_MS:
                raise Broken(f"{body.session} began at {truth_ms} and was dated {dated.wall_ms}")


def _is_here(world: World, sha256: str) -> bool:
    blob = world.store.blobs.get(sha256)
    return blob is not None and blob.complete
