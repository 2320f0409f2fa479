"""People at the box: what they press when a card asks them something, and what they press for no reason.

What they do at an occasion depends on the seed, the occasion and how often it came, not on what happened before; so a
life that is told again without a fault differs only where the fault mattered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from player.core.lives.session import SessionState
from player.core.world import World

FAVOURITES = (
    "ok", "ok", "ok", "down", "up", "right", "left", "back", "home", "1", "2", "3", "4", "0", "9", "next", "previous",
    "stop", "red", "green", "info", "menu", "volume-up", "mute", "play-pause", "rewind", "forward",
)  # fmt: skip
AT_A_PLAY = ("ok", "ok", "left", "right", "down", "next", "previous", "stop", "back", "home", "volume-up")
COUNT_HEADS = ("home", "ok", "9", "ok", "4", "ok", "5", "ok", "1", "ok", "ok")
Press = Callable[[int, str, str], None]  # when (ms from now), button, kind of press


class People:
    """The people of a life. ``press`` hands a key press to the box that is on by then."""

    def __init__(self, seed: int, press: Press) -> None:
        self._seed, self._press = seed, press
        self._occasions: Counter[str] = Counter()

    def watch(self, before: World, after: World) -> None:
        """React to what has appeared on the screen."""
        group, old = after.session, before.session
        state = group.state if group else None
        if group is not None and state is not (old.state if old else None):
            self._at_session(group.state, group.row.session)
        play, was = after.playback, before.playback
        if play is not None and (was is None or play.state is not was.state):
            chance = self._chance(f"play {play.row.blob[:8]} {play.state.value}")
            if chance.random() < 0.1:
                keys = [chance.choice(AT_A_PLAY) for _ in range(2)]
                self.type(keys, chance.choice((1, 50, 3_000)))
        if after.interrupted is not None and before.interrupted is None:
            chance = self._chance(f"cut {after.interrupted.session}")
            if chance.random() < 0.8:
                self.type(["ok"], chance.randint(1_000, 60_000))

    def switched_on(self) -> None:
        """The box has come up: somebody asks for a code, or plays about."""
        self.type(["ok"], self._chance("start").randint(1, 90_000))

    def type(self, buttons: list[str], after_ms: int = 0, pause_ms: int = 700) -> None:
        """Press buttons one after the other."""
        for index, button in enumerate(buttons):
            self._press(after_ms + pause_ms * index, button, "press")

    def hold(self, button: str, repeats: int) -> None:
        """Hold a button down for a while."""
        self._press(0, button, "press")
        for index in range(repeats):
            self._press(400 + 100 * index, button, "repeat")
        self._press(400 + 100 * repeats, button, "release")

    def play_about(self, chance: Random) -> None:
        """Press whatever."""
        self.type([chance.choice(FAVOURITES) for _ in range(chance.randint(1, 25))])

    def play_with_two_remotes(self, chance: Random) -> None:
        """Two people press at the same time."""
        for _ in range(2):
            keys = [chance.choice(FAVOURITES) for _ in range(chance.randint(2, 8))]
            self.type(keys, chance.randint(0, 500), pause_ms=chance.choice((3, 90, 700)))

    def plan_recording(self, chance: Random) -> None:
        """Somebody plans to record the channel, at once or one of these days, once or every week."""
        digit = str(chance.randint(1, 7))
        when = ["1"] if chance.random() < 0.3 else ["2", digit, str(chance.randint(1, 7))]
        often = ["2"] if chance.random() < 0.2 else []
        self.type(["home", "home", "8", "0", "0", "1", *when, str(chance.randint(1, 4)), *often, "ok"])

    def look_at_recordings(self, chance: Random) -> None:
        """Somebody gives up, stops, plays or deletes one of them, or only looks."""
        self.type(["home", "home", "8", "0", *[chance.choice(("1", "1", "2", "3", "ok")) for _ in range(3)]])

    def _at_session(self, state: SessionState, session: str) -> None:
        chance = self._chance(f"{session} {state.value}")
        draw = chance.random()
        if state is SessionState.GATHERING:
            self._gather(chance, draw)
        elif state is SessionState.PLAYING and draw < 0.2:
            stop = ["stop", *["right"] * chance.randint(1, 2), "ok"] if chance.random() < 0.3 else []  # or put off
            self.type(["ok", "ok", "left", *stop], 20_000)
        elif state is SessionState.COUNTING and draw < 0.9:
            self.type(list(COUNT_HEADS), chance.randint(2_000, 90_000))

    def _gather(self, chance: Random, draw: float) -> None:
        if draw < 0.3:
            self.type(["ok"], chance.randint(1_000, 400_000))
        elif draw < 0.4:
            self.type(["back"], 5_000)
        elif draw < 0.45:
            self.type(["0", "right", "ok"], 5_000)
        elif draw < 0.55:
            self.type(["2"] * chance.randint(1, 2), chance.randint(1_000, 600_000))

    def _chance(self, occasion: str) -> Random:
        self._occasions[occasion] += 1
        return Random(f"{self._seed}/{occasion}/{self._occasions[occasion]}")
