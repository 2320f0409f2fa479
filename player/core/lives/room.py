"""What people do at the box beside watching: bind it, check it, teach it keys, put a stick in. States, as data."""

from __future__ import annotations

from enum import Enum

import msgspec

from ..facts import InsideFacts, StickTrouble, ToldStop
from ..preferences import LearntButton
from ..worker_effects import WantedBlob


class BindingState(Enum):
    """The life of the binding (开通)."""

    UNKNOWN = "unknown"  # nothing heard since start
    UNBOUND = "unbound"  # the county does not know this box; no code yet
    CODE_SHOWN = "code-shown"  # a code is on the screen
    BOUND = "bound"
    REVOKED = "revoked"


class Binding(msgspec.Struct, frozen=True):
    """Where the binding stands; the code is valid until ``expires_monotonic_ms``, people look since ``since_…``."""

    state: BindingState = BindingState.UNKNOWN
    code: str = ""
    expires_monotonic_ms: int = 0
    error: str = ""
    since_monotonic_ms: int = 0


class PhoneState(Enum):
    """The life of the telephone as a remote control (手机遥控)."""

    OFF = "off"
    STARTING = "starting"
    OPEN = "open"
    SHUT = "shut"  # too many wrong PINs
    FAILED = "failed"


class Phone(msgspec.Struct, frozen=True):
    """Where it stands; ``effect`` is the id of its `RunPhone`, ``without`` the courses that this one does not find.

    The rest is what the television shows.
    """

    state: PhoneState = PhoneState.OFF
    effect: int = 0
    url: str = ""
    pin: str = ""
    code: tuple[str, ...] = ()
    telephones: int = 0
    error: str = ""
    heard_monotonic_ms: int = 0
    without: tuple[str, ...] = ()


class StopCodeState(Enum):
    """The life of a try with a 停播码."""

    RESTING = "resting"
    CHECKING = "checking"  # the worker looks of which day it is


class StopCodes(msgspec.Struct, frozen=True):
    """What was stopped by telephone (``told``), how many wrong codes came in a row, and until when none is taken.

    ``number`` and ``course`` are those of the running ``effect``.
    """

    state: StopCodeState = StopCodeState.RESTING
    effect: int = 0
    number: int = 0
    course: str = ""
    told: tuple[ToldStop, ...] = ()
    wrong: int = 0
    unlock_monotonic_ms: int = 0


class LearningState(Enum):
    """The life of a lesson for a remote control (学习遥控器)."""

    ASKING = "asking"  # the next key is asked for
    CONFIRMING = "confirming"  # all were asked; the new OK keeps them


class Learning(msgspec.Struct, frozen=True):
    """Where it stands: ``asked`` is the place in `player.core.learning.ORDER`, ``keys`` what was learnt so far.

    ``heard`` is the last key's number, ``means`` what that key is by now, empty for the key that was just learnt.
    """

    state: LearningState = LearningState.ASKING
    asked: int = 0
    keys: dict[int, LearntButton] = {}
    heard: int = 0
    means: str = ""
    heard_monotonic_ms: int = 0


class CheckState(Enum):
    """The life of a self-check (设备自检)."""

    LOOKING = "looking"  # the devices are asked
    LISTENING = "listening"  # people are asked whether they heard the tone
    DONE = "done"


class Check(msgspec.Struct, frozen=True):
    """Where it stands: ``effect`` asked the devices, ``tone`` plays, ``report`` is the journal effect that tells it.

    ``sound`` is what came of the tone: heard, silent, failed, busy (something was on), unanswered; empty until then.
    """

    state: CheckState
    effect: int = 0
    tone: int = 0
    facts: InsideFacts | None = None
    sound: str = ""
    report: int = 0
    since_monotonic_ms: int = 0


class StickState(Enum):
    """The life of a stick that was put in."""

    OFFERED = "offered"
    TAKING = "taking"  # the county's documents
    WRITING = "writing"  # what the county lacks of the journal
    COPYING = "copying"  # films
    DONE = "done"
    PULLED = "pulled"  # out while it was in use


class Documents(Enum):
    """The documents on a stick, beside those in force; what has become of them once they were taken."""

    NONE = "none"
    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    TAKEN = "taken"
    REFUSED = "refused"  # not signed as they have to be, or damaged
    INCOMPLETE = "incomplete"


class Stick(msgspec.Struct, frozen=True):
    """What is on it for this box: ``wanted`` of ``courses`` courses; ``crowded`` ones have no room.

    ``names`` are all films on it; ``effect`` is the running worker; ``shown``: its page has been on the screen.
    ``documents`` are those of ``signed_wall_ms``, of ``listed`` courses. So many ``entries`` of the journal are to be
    written, or (DONE) were written on it; ``trouble`` says why there are not more. ``asks``: so is the request of a box
    that belongs to no site, to be bound.
    """

    state: StickState
    folder: str
    name: str = ""
    wanted: tuple[WantedBlob, ...] = ()
    courses: int = 0
    crowded: int = 0
    effect: int = 0
    problem: str = ""
    names: tuple[str, ...] = ()
    shown: bool = False
    documents: Documents = Documents.NONE
    signed_wall_ms: int = 0
    listed: int = 0
    entries: int = 0
    trouble: StickTrouble = ""
    asks: bool = False

    @property
    def is_in_use(self) -> bool:
        """Whether it must not be pulled out now."""
        return self.state in (StickState.TAKING, StickState.WRITING, StickState.COPYING)
