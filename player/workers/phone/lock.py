"""Who may press keys by telephone: a PIN of six digits that works once, and the tokens given for it. Pure.

Five wrong tries, and the lock is shut until somebody at the television opens a new one. A token speaks for one
telephone; a press more often than `PRESSES_PER_S` is no finger.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

PIN_DIGITS: Final = 6
TRIES: Final = 5
TELEPHONES: Final = 8
PRESSES_PER_S: Final = 15.0


class Shut(Exception):
    """Too many wrong tries: the television must open a new lock."""


class WrongPin(Exception):
    """It is another PIN; `tries_left` may still be made."""

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        super().__init__(f"wrong PIN, {tries_left} tries left")


@dataclass(slots=True)
class Lock:
    """The lock of one evening. ``pin`` is what the television shows now."""

    pin: str
    tries_left: int = TRIES
    _allowed: dict[str, float] = field(default_factory=dict)  # token -> presses that it may make at once
    _pressed_s: dict[str, float] = field(default_factory=dict)

    def enter(self, pin: str, *, token: str, next_pin: str) -> None:
        """Open for a telephone that knows the PIN; from then on ``next_pin`` is the PIN.

        Args:
            pin: What was keyed in.
            token: Speaks for this telephone from now on.
            next_pin: For the next one.

        Raises:
            Shut: There are no tries left, or too many telephones.
            WrongPin: It is another.
        """
        if not self.tries_left or len(self._allowed) >= TELEPHONES:
            raise Shut
        if not hmac.compare_digest(pin.encode(), self.pin.encode()):
            self.tries_left -= 1
            if not self.tries_left:
                raise Shut
            raise WrongPin(self.tries_left)
        self.pin, self.tries_left = next_pin, TRIES
        self._allowed[token] = PRESSES_PER_S

    def knows(self, token: str) -> bool:
        """Return whether a token speaks for a telephone."""
        return any(hmac.compare_digest(token.encode(), known.encode()) for known in self._allowed)

    def may_press(self, token: str, now_s: float) -> bool:
        """Return whether a known telephone may press a key at ``now_s`` (monotonic), and count it."""
        gained = (now_s - self._pressed_s.get(token, now_s)) * PRESSES_PER_S
        left = min(PRESSES_PER_S, self._allowed.get(token, 0.0) + gained)
        self._pressed_s[token] = now_s
        self._allowed[token] = left - 1 if left >= 1 else left
        return left >= 1

    @property
    def telephones(self) -> int:
        """How many have been let in."""
        return len(self._allowed)
