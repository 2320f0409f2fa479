"""What the core can ask of the workers, each a program of its own; see `player.core.effects`."""

from __future__ import annotations

from typing import Literal

import msgspec

from .preferences import Language


class RunSync(msgspec.Struct, frozen=True):
    """Ask the county what is new.

    ``within_ms`` is how long the window stays open, None if nothing closes it; ``monthly_bytes`` is the
    month's allowance of the line, None if it is not metered (`player.core.limits`). ``for_document``: the box was
    just bound, and until its document is published nothing else is worth minutes of the line. ``paused_ms`` is how long
    ago the last attempt failed, 0 if it did not; ``courses`` are those that the village has planned itself. ``folder``
    is that of a stick: then nothing but that is asked. A running one is replaced.
    """

    id: int
    within_ms: int | None = None
    monthly_bytes: int | None = None
    for_document: bool = False
    paused_ms: int = 0
    courses: tuple[str, ...] = ()
    folder: str = ""


Purpose = Literal["session", "order", "sound", "poster", "stock"]  # what bytes are fetched for; the meter counts by it


class WantedBlob(msgspec.Struct, frozen=True):
    """A blob to fetch: what, how large, where its chunk list is, and what for."""

    sha256: str
    bytes: int
    chunk_list: str | None
    purpose: Purpose = "session"


class RunFetch(msgspec.Struct, frozen=True):
    """Fetch these blobs in this order, within cap and allowance; a running fetch is replaced. Else as `RunSync`.

    ``folder`` is that of a stick: then nothing but that is asked.
    """

    id: int
    blobs: tuple[WantedBlob, ...]
    bits_per_second: int | None = None
    monthly_bytes: int | None = None
    paused_ms: int = 0
    folder: str = ""


class StopFetch(msgspec.Struct, frozen=True):
    """End the fetch worker; what it has verified stays."""

    id: int


class RunUpload(msgspec.Struct, frozen=True):
    """Send the entries after the acknowledged head to the county; ``within_ms``, ``monthly_bytes`` as in `RunSync`."""

    id: int
    within_ms: int | None = None
    monthly_bytes: int | None = None


class RunCarry(msgspec.Struct, frozen=True):
    """Write the entries after the acknowledged head onto the stick with this folder, as the county takes them.

    ``binding``: the box belongs to no site; its request to be bound is written instead.
    """

    id: int
    folder: str
    binding: bool = False


class RunBinding(msgspec.Struct, frozen=True):
    """Ask for a binding code, or whether the box is bound by now."""

    id: int


class RunStopCode(msgspec.Struct, frozen=True):
    """Look of which of these days this is the county's code for a course number (停播码)."""

    id: int
    telephone_key: str
    number: int
    code: str
    days: tuple[str, ...]


class RecordChannel(msgspec.Struct, frozen=True):
    """What is to be recorded (`player.core.recording`), and how much room it may take from now on."""

    channel: str
    title: str
    starts: str
    minutes: int
    most_bytes: int


class RunLive(msgspec.Struct, frozen=True):
    """Receive a live channel until `StopLive`; its id is the ``effect`` of all Live and Record events.

    ``watched``: serve it to the picture; ``record``: write it to the store. `TellLive` may change both.
    """

    id: int
    url: str
    monthly_bytes: int | None = None
    watched: bool = True
    record: RecordChannel | None = None


class TellLive(msgspec.Struct, frozen=True):
    """The channel that is received is wanted for this from now on; no event follows."""

    id: int
    watched: bool
    record: RecordChannel | None


class StopLive(msgspec.Struct, frozen=True):
    """Receive it no longer; no event follows."""

    id: int


class RunPhone(msgspec.Struct, frozen=True):
    """Serve the telephone's page until `StopPhone`; its id is the ``effect`` of all Phone events.

    ``without`` are courses that it does not find; ``language`` is the page's.
    """

    id: int
    without: tuple[str, ...] = ()
    language: Language = "zh_CN"


class StopPhone(msgspec.Struct, frozen=True):
    """Serve it no longer; no event follows."""

    id: int


class WatchLine(msgspec.Struct, frozen=True):
    """Look, without a worker, whether anybody takes a call again, and answer `LineBack`; once, or until `LeaveLine`."""

    id: int


class LeaveLine(msgspec.Struct, frozen=True):
    """Watch the line no longer."""

    id: int


LineEffect = WatchLine | LeaveLine
LiveEffect = RunLive | TellLive | StopLive
WorkerEffect = (
    RunSync
    | RunFetch
    | StopFetch
    | RunUpload
    | RunCarry
    | RunBinding
    | RunStopCode
    | RunPhone
    | StopPhone
    | LineEffect
    | LiveEffect
)
