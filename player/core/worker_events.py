"""What the workers and the store can say; see `player.core.events`."""

from __future__ import annotations

import msgspec

from .facts import GenerationFacts, Spent, StickTrouble
from .forecast import LineHistory


class SyncProgressed(msgspec.Struct, frozen=True):
    """The sync worker goes on: it has put a generation in force already, or (None) has brought so much of all."""

    effect: int
    generation: GenerationFacts | None
    percent: int = 0


class SyncFinished(msgspec.Struct, frozen=True):
    """The sync worker ended; ``generation`` is the one in force now, or None if the county could not be heard.

    ``refused`` tells bad data from no line; ``moved``: a failed attempt has brought something to go on from. ``fault``
    is the code of what stands in the way, where it is more than a bad line (`player.core.line`); ``retry_after_s`` is
    how long the county asks us to wait. ``spent`` is what the month has cost by now, None if nobody has counted; so in
    all answers of workers.
    """

    effect: int
    generation: GenerationFacts | None
    error: str = ""
    refused: bool = False
    checked: bool = False
    fault: str = ""
    retry_after_s: float | None = None
    spent: Spent | None = None
    moved: bool = False


class FetchProgressed(msgspec.Struct, frozen=True):
    """A verified piece of a blob has come into the store; ``line`` as in `FetchFinished`, None if nothing is new."""

    effect: int
    blob: str
    bytes_here: int
    complete: bool
    free_bytes: int
    spent: Spent | None = None
    line: LineHistory | None = None


class FetchFinished(msgspec.Struct, frozen=True):
    """The fetch worker ended; ``error`` is empty if all that was asked for is here.

    ``line`` is the line's history with what the worker has seen of it, None if it saw nothing; ``lost``: no source has
    answered at all; ``cut_off``: it ended without a last word, as one that was killed.
    """

    effect: int
    error: str = ""
    disk_full: bool = False
    retry_after_s: float | None = None
    line: LineHistory | None = None
    spent: Spent | None = None
    lost: bool = False
    cut_off: bool = False


class UploadFinished(msgspec.Struct, frozen=True):
    """The upload worker ended; the county durably holds all entries up to ``head``. ``fault`` as in `SyncFinished`."""

    effect: int
    head: int
    error: str = ""
    retry_after_s: float | None = None
    fault: str = ""
    spent: Spent | None = None


class BindingAnswered(msgspec.Struct, frozen=True):
    """The binding worker ended: a code to show, or that the box is bound; ``fault`` as in `SyncFinished`."""

    effect: int
    code: str = ""
    expires_in_s: int = 0
    bound: bool = False
    error: str = ""
    fault: str = ""


class CarryFinished(msgspec.Struct, frozen=True):
    """The carry worker ended: entries ``first`` to ``last`` are on the stick; the county holds those up to ``head``.

    ``trouble`` says why there are not more. ``asked``: the box's request to be bound is on the stick.
    """

    effect: int
    head: int
    first: int = 0
    last: int = 0
    trouble: StickTrouble = ""
    asked: bool = False


class StopCodeChecked(msgspec.Struct, frozen=True):
    """The stop-code worker ended: of which day the code is, nothing if of none; or why it could not look."""

    effect: int
    day: str = ""
    error: str = ""


class PhoneShown(msgspec.Struct, frozen=True):
    """The telephone's page is served: what to show, and how many telephones are in.

    ``code`` are the rows of the QR code, 1 is dark; ``shut``: after too many wrong PINs nobody is let in.
    """

    effect: int
    url: str
    pin: str
    code: tuple[str, ...]
    telephones: int
    shut: bool


class PhoneHeard(msgspec.Struct, frozen=True):
    """A button was pressed on a telephone, or (``course``) a course chosen there."""

    effect: int
    button: str = ""
    course: str = ""


class PhoneFinished(msgspec.Struct, frozen=True):
    """The telephone's page is no longer served by itself; ``no-network`` if there is nowhere to serve it."""

    effect: int
    error: str


class LineBack(msgspec.Struct, frozen=True):
    """Somebody takes a call again: it is worth to ask. Whether more than a call is taken, nobody knows yet."""

    effect: int


class Evicted(msgspec.Struct, frozen=True):
    """These blobs are no longer in the store; none if it could not be changed, and then nobody knows the room."""

    effect: int
    blobs: tuple[str, ...]
    free_bytes: int


class BlobSpoilt(msgspec.Struct, frozen=True):
    """A whole blob was found bad and is partial again; ``bytes_here`` of it are good."""

    effect: int
    blob: str
    bytes_here: int


class ScrubFinished(msgspec.Struct, frozen=True):
    """The scrub worker ended; ``error`` is empty if all it was to compare today was compared."""

    effect: int
    error: str = ""


class RoomMeasured(msgspec.Struct, frozen=True):
    """The store's room has changed though it did nothing: others write on its disk. Below 0, so much must go."""

    free_bytes: int
    recordings_bytes: int
