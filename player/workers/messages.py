"""What passes between the player and its workers: a spec as one JSON line in, lines of messages out.

A worker says any number of `FetchProgress` and `TimeHeard` lines and ends with exactly one result; one that ends
without was killed or crashed. Both sides use these classes, so neither can misspell the other.
"""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from player.core.facts import LinePurpose, Spent, StickTrouble
from player.core.preferences import Language
from playlists.acknowledgement import SetAside

GRACE_S: Final = 5


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What every worker is told: ``limit_s`` is the longest it may run; `GRACE_S` later the kernel ends it."""

    limit_s: float = 300


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the county, and what that may cost.

    ``ca_file`` is the county's own certificate authority; empty for plain HTTP and folders. ``wall_ms`` is the
    box's time as the worker starts, by which the dates of certificates are judged; 0 while it is unknown: then
    they are not. What passes over the line is counted in ``store``, if one is named, for the month in the
    village's zone, up to ``monthly_bytes`` (`player.core.allowance`).
    """

    ca_file: str = ""
    wall_ms: int = 0
    utc_offset_minutes: int = 480
    store: str = ""
    monthly_bytes: int | None = None


class Wanted(msgspec.Struct, frozen=True):
    """A blob to fetch: see `player.core.effects.WantedBlob`."""

    sha256: str
    bytes: int
    chunk_list: str | None = None
    purpose: LinePurpose = "session"


class FetchSpec(Spec, frozen=True, kw_only=True):
    """Fetch blobs in this order from these sources, base URLs or folders, best first.

    ``give_up_s`` without a single byte from any source ends the attempt. ``paused_s`` is how long ago the run before
    has failed: if this one brings nothing either, the line was dead so long. ``calls_most`` bounds how many parts of a
    blob are asked for at once, where that is found to bring more.
    """

    store: str
    quota_bytes: int
    reserve_bytes: int
    blobs: tuple[Wanted, ...]
    sources: tuple[str, ...]
    line: Line = Line()
    bits_per_second: int | None = None
    give_up_s: float = 120
    paused_s: float = 0
    calls_most: int = 4


class SyncSpec(Spec, frozen=True, kw_only=True):
    """Refresh the generation in folder ``generations`` from the first source that can be reached.

    The documents of courses that are scheduled, ordered, (partly) in ``store`` or named in ``courses`` come along, and
    so do those of the ``newest_courses``. ``wall_ms`` is the best wall time known; it marks what has run out. The
    county is asked for a better one first if ``online_keys`` names who may tell it. ``for_document``: without a
    document of this box the menu is not fetched. ``paused_s`` as in `FetchSpec`. ``by_stick``: the source was written
    some time ago, so that what it says is no newer than its signature.
    """

    generations: str
    root_file: str
    fingerprint: str
    sources: tuple[str, ...]
    api: str = ""
    line: Line = Line()
    store: str
    newest_courses: int = 200
    courses: tuple[str, ...] = ()
    for_document: bool = False
    wall_ms: int
    online_keys: tuple[str, ...] = ()
    paused_s: float = 0
    by_stick: bool = False


class CarrySpec(Spec, frozen=True, kw_only=True):
    """Write what the county lacks of the journal into ``folder`` of a stick (`playlists.sticks`).

    ``by_line``: the box has a line too, whose word about what the county holds is never taken back. ``binding``: it
    belongs to no site; its request to be bound, of this ``version``, is written instead.
    """

    journal: str
    acknowledged: str
    key_file: str
    generations: str
    folder: str
    by_line: bool = False
    batch_entries: int = 500
    binding: bool = False
    version: str = ""


class UploadSpec(Spec, frozen=True, kw_only=True):
    """Send the journal to the county's box API at ``api``. ``online_keys`` as in `SyncSpec`."""

    journal: str
    acknowledged: str
    key_file: str
    api: str
    line: Line = Line()
    batch_entries: int = 200
    online_keys: tuple[str, ...] = ()


class BindSpec(Spec, frozen=True, kw_only=True):
    """Ask whether the box is bound, and for a code if it is not."""

    key_file: str
    api: str
    version: str
    line: Line = Line()


class StopCodeSpec(Spec, frozen=True, kw_only=True):
    """Look of which of these days a 停播码 is (`playlists.stop_codes`)."""

    key_file: str
    telephone_key: str
    number: int
    code: str
    days: tuple[str, ...]


class PhoneSpec(Spec, frozen=True, kw_only=True):
    """Serve the telephone's page on ``address`` (empty: the box's own on the room's network) and ``port``.

    ``without`` are courses that it does not find, though the catalogue names them. ``language`` is the page's.
    """

    generations: str
    port: int
    address: str = ""
    without: tuple[str, ...] = ()
    language: Language = "zh_CN"


class RecordOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded (`player.store.recordings`), and how much room it may take from now on."""

    box: str
    channel: str
    title: str
    starts: str
    minutes: int
    most_bytes: int


class LiveWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel that is received is wanted for; a line that says so replaces the one before."""

    watched: bool = True
    record: RecordOrder | None = None


class LiveSpec(Spec, frozen=True, kw_only=True):
    """Receive the stream at ``url``, and what is ``wanted`` of it, which further lines (`LiveWanted`) may change.

    While it is watched its last ``ring_bytes`` are kept in folder ``ring`` and served on the loopback; what is recorded
    goes to ``store``.
    """

    url: str
    ring: str
    ring_bytes: int
    reserve_bytes: int
    line: Line = Line()
    store: str = ""
    wanted: LiveWanted = LiveWanted()


class BlobAtRest(msgspec.Struct, frozen=True):
    """A whole blob to compare: see `player.core.effects.BlobAtRest`."""

    sha256: str
    bytes: int = 0
    chunk_list: str | None = None


class ScrubSpec(Spec, frozen=True, kw_only=True):
    """Compare blobs at rest: the next ones of the round, at most ``budget_bytes`` a ``day``; without, these whole.

    After each chunk it rests for ``pause_s``.
    """

    store: str
    blobs: tuple[BlobAtRest, ...]
    budget_bytes: int | None = None
    day: str = ""
    pause_s: float = 0.1


class IdentitySpec(Spec, frozen=True, kw_only=True):
    """Make the box's key if there is none, and say its fingerprint."""

    key_file: str
    fingerprint_file: str


class FetchProgress(msgspec.Struct, frozen=True, kw_only=True, tag="progress"):
    """A chunk was verified, or (``complete``) a blob got its place; ``spent`` is what the month has cost by now.

    ``sync_s`` is how long the disk took for that chunk.
    """

    blob: str
    bytes_here: int
    complete: bool
    free_bytes: int
    spent: Spent | None = None
    sync_s: float | None = None


class BlobBad(msgspec.Struct, frozen=True, kw_only=True, tag="bad"):
    """A blob was found bad and is partial again; ``bytes_here`` of it are good."""

    blob: str
    bytes_here: int


class PhoneShown(msgspec.Struct, frozen=True, kw_only=True, tag="phone-shown"):
    """What the television shows: address, PIN, the rows of a QR code (1 is dark); how many telephones are in.

    ``shut``: after too many wrong tries nobody is let in any more.
    """

    url: str
    pin: str
    code: tuple[str, ...]
    telephones: int
    shut: bool


class PhoneHeard(msgspec.Struct, frozen=True, kw_only=True, tag="phone-heard"):
    """A button was pressed on a telephone, or a course chosen there; one of both is empty."""

    button: str
    course: str


class SyncProgress(msgspec.Struct, frozen=True, kw_only=True, tag="syncing"):
    """The generation of this number is in force and more of it follows; or (0) about so much of all has come."""

    generation: int = 0
    percent: int = 0


class LiveServed(msgspec.Struct, frozen=True, kw_only=True, tag="live-served"):
    """The first bytes of the channel are here; ``url`` with ``?behind=<ms>`` brings them."""

    url: str


class LiveFlows(msgspec.Struct, frozen=True, kw_only=True, tag="live-flows"):
    """Whether the channel's bytes come at present, how far back they are kept, and what the month has cost by now."""

    flows: bool
    kept_ms: int
    spent: Spent | None = None


class RecordGrew(msgspec.Struct, frozen=True, kw_only=True, tag="record-grew"):
    """So much of a part of a recording is on the disk by now."""

    recording: str
    part: int
    wall_ms: int
    length_ms: int
    bytes: int


class RecordStopped(msgspec.Struct, frozen=True, kw_only=True, tag="record-stopped"):
    """A recording has ended before anybody said so: ``fault`` is the code of what the disk has answered."""

    recording: str
    error: str
    fault: str


class FetchResult(msgspec.Struct, frozen=True, kw_only=True, tag="fetched"):
    """``error`` is empty if everything is here; ``fault`` is the code of what stands in the way, if it is known.

    ``lost``: no source has answered at all.
    """

    error: str = ""
    fault: str = ""
    retry_after_s: float | None = None
    spent: Spent | None = None
    lost: bool = False


class TimeHeard(msgspec.Struct, frozen=True, kw_only=True, tag="time"):
    """The county's time, in ms since 1970 UTC, was ``wall_ms`` when the machine had run for ``monotonic_ms``."""

    wall_ms: int
    monotonic_ms: int


class SyncResult(msgspec.Struct, frozen=True, kw_only=True, tag="synced"):
    """``generation`` is the number of a new one, 0 if nothing changed or it failed.

    ``checked`` says that a source was asked with success; ``refused`` that its data was bad; ``moved``, that an attempt
    which failed has brought something that the next one need not ask for. ``fault`` is the code of what stands in the
    way, where it is more than a bad line.
    """

    generation: int = 0
    checked: bool = False
    error: str = ""
    fault: str = ""
    refused: bool = False
    retry_after_s: float | None = None
    spent: Spent | None = None
    moved: bool = False


class UploadResult(msgspec.Struct, frozen=True, kw_only=True, tag="uploaded"):
    """The county durably holds all entries up to ``head``; ``set_aside`` are those it could not read.

    ``fault`` as in `SyncResult`.
    """

    head: int
    error: str = ""
    fault: str = ""
    set_aside: tuple[SetAside, ...] = ()
    retry_after_s: float | None = None
    spent: Spent | None = None


class CarryResult(msgspec.Struct, frozen=True, kw_only=True, tag="carried"):
    """Entries ``first`` to ``last`` are on the stick, none if both are 0; the county holds those up to ``head``.

    ``trouble`` says why there are not more, with ``error`` in words for the log. ``asked``: its request is there.
    """

    head: int
    first: int = 0
    last: int = 0
    trouble: StickTrouble = ""
    error: str = ""
    asked: bool = False


class BindResult(msgspec.Struct, frozen=True, kw_only=True, tag="binding"):
    """A code to show on the TV, or that the box is bound; ``fault`` as in `SyncResult`."""

    code: str = ""
    expires_in_s: int = 0
    bound: bool = False
    error: str = ""
    fault: str = ""


class IdentityResult(msgspec.Struct, frozen=True, kw_only=True, tag="identity"):
    """The fingerprint of the box's key."""

    fingerprint: str = ""
    error: str = ""


class ScrubResult(msgspec.Struct, frozen=True, kw_only=True, tag="scrubbed"):
    """``error`` is empty if the day's share, or the suspects, were compared; ``fault`` of a disk that refused."""

    error: str = ""
    fault: str = ""


class PhoneResult(msgspec.Struct, frozen=True, kw_only=True, tag="phone"):
    """The telephone's page could not be served, and why; ``no-network`` if the box is on none."""

    error: str = ""


class StopCodeResult(msgspec.Struct, frozen=True, kw_only=True, tag="stop-code"):
    """``day`` is that of the code, empty if it is of none; ``error``: the box's or the county's key is no use."""

    day: str = ""
    error: str = ""


class LiveResult(msgspec.Struct, frozen=True, kw_only=True, tag="live"):
    """The channel cannot be received any more: the disk refuses, or ``used-up`` is the month's allowance."""

    error: str = ""
    fault: str = ""
    spent: Spent | None = None


LiveProgress = LiveServed | LiveFlows | RecordGrew | RecordStopped
Progress = FetchProgress | SyncProgress | TimeHeard | PhoneShown | PhoneHeard | BlobBad | LiveProgress
Result = (
    FetchResult
    | SyncResult
    | UploadResult
    | CarryResult
    | BindResult
    | IdentityResult
    | PhoneResult
    | ScrubResult
    | StopCodeResult
    | LiveResult
)
Message = Progress | Result
AnySpec = TypeVar("AnySpec", bound=Spec)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def encode_line(message: Message | Spec | LiveWanted) -> bytes:
    """Return a message, a spec or a change of it as one line."""
    return _encoder.encode(message) + b"\n"


def decode_message(line: bytes) -> Message:
    """Read a line of a worker.

    Raises:
        msgspec.DecodeError: It is no message; a library has written on the worker's stdout.
    """
    return _decoder.decode(line)


def decode_wanted(line: bytes) -> LiveWanted:
    """Read what a channel is wanted for.

    Raises:
        msgspec.DecodeError: It says nothing of that.
    """
    return msgspec.json.decode(line, type=LiveWanted)


def decode_spec(kind: type[AnySpec], line: bytes) -> AnySpec:
    """Read a spec.

    Raises:
        msgspec.DecodeError: It is none of this kind.
    """
    return msgspec.json.decode(line, type=kind)
