"""The published documents: what the county says and every box reads.

All are JSON with ``"format": 1``; unknown fields are ignored so that an older box can read a newer county.
They are plain values: no I/O here. `playlists.codec` reads and writes them, `playlists.targets` names them,
`playlists.trust` decides whether they may be believed. No document holds personal data.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Words = Annotated[str, Meta(max_length=2000)]
LocalTime = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")]  # wall time in the plan's time zone
LocalDate = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(gt=0)]

SessionForm = Literal["video", "lecture", "field-visit"]
SiteKind = Literal["county", "township", "village", "community"]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a document."""


class Document(Record, frozen=True, kw_only=True):
    """A whole document. `playlists.codec` writes and demands ``"format": 1`` around it."""


class Blob(Record, frozen=True, kw_only=True):
    """A media file, named by its content.

    ``chunk_list`` is the SHA-256 of the blob's chunk list, itself a blob: the binary SHA-256 of every
    1 MiB chunk in order. A blob of one chunk has none.
    """

    sha256: Sha256
    bytes: Positive
    chunk_list: Sha256 | None = None


class Rendition(Record, frozen=True, kw_only=True):
    """One encoding of a lesson: H.264 Main, 2 s GOP, AAC-LC, faststart."""

    height: Positive
    bits_per_second: Positive
    blob: Blob


class Subtitles(Record, frozen=True, kw_only=True):
    """A WebVTT file for a lesson."""

    language: Annotated[str, Meta(pattern="^[a-zA-Z-]{2,20}$")]
    blob: Blob


class Lesson(Record, frozen=True, kw_only=True):
    """One film of a course; ``renditions`` are ordered from small to large."""

    id: Identifier
    title: Title
    duration_ms: Positive
    renditions: Annotated[tuple[Rendition, ...], Meta(min_length=1, max_length=8)]
    subtitles: tuple[Subtitles, ...] = ()


class Course(Document, frozen=True, kw_only=True):
    """``courses/<bin>/<id>.json``: a course with all that is needed to fetch and show it."""

    id: Identifier
    number: Positive
    title: Title
    category: Annotated[tuple[Title, ...], Meta(min_length=1, max_length=3)]
    provider: Title
    source: Words = ""
    approval_number: Words = ""
    summary: Words = ""
    released: LocalDate
    poster: Blob | None = None
    lessons: Annotated[tuple[Lesson, ...], Meta(min_length=1, max_length=200)]


class CatalogueEntry(Record, frozen=True, kw_only=True):
    """What a menu needs to know of a course; ``bytes_by_height`` sums the renditions of all lessons."""

    id: Identifier
    number: Positive
    title: Title
    initials: Annotated[str, Meta(max_length=200)] = ""
    category: Annotated[tuple[Title, ...], Meta(min_length=1, max_length=3)]
    provider: str = ""
    minutes: Count
    lessons: Positive
    released: LocalDate
    poster: Blob | None = None
    bytes_by_height: dict[int, int] = {}


class CatalogueShard(Document, frozen=True, kw_only=True):
    """``catalogue/<bin>.json``: the catalogue entries of one bin."""

    bin: Annotated[str, Meta(pattern="^[0-9a-f]{2}$")]
    entries: tuple[CatalogueEntry, ...] = ()


class MarketDays(Record, frozen=True, kw_only=True):
    """When a market is held (赶集): on days of the farmers' or the common month whose number ends in one of ``days``.

    ``week``: on such days of the week, 1 is Monday; ``count``: every so many days, counted from the day ``first``.
    """

    calendar: Literal["farmers", "common", "week", "count"]
    days: Annotated[tuple[Annotated[int, Meta(ge=0, le=60)], ...], Meta(min_length=1, max_length=10)]
    first: LocalDate | None = None


class Site(Record, frozen=True, kw_only=True):
    """A viewing room (站点) and where it lies in the county.

    ``clerk`` is the township's clerk (乡镇组织干事) whom the site may ring under ``clerk_telephone``; both or none.
    ``markets`` are the markets to which its people go.
    """

    id: Identifier
    name: Title
    township: str = ""
    county: str = ""
    kind: SiteKind = "village"
    clerk: Annotated[str, Meta(max_length=150)] = ""
    clerk_telephone: Annotated[str, Meta(max_length=30)] = ""
    markets: Annotated[tuple[MarketDays, ...], Meta(max_length=5)] = ()


class Box(Document, frozen=True, kw_only=True):
    """``boxes/<bin>/<id>.json``: to which site a box is bound; its id is `playlists.keys.fingerprint`.

    ``telephone_key`` is the county's public key for codes told over the telephone (`playlists.stop_codes`), in hex.
    ``journal_head`` is the newest entry of the box's journal that the county holds without a gap, ``journal_hash`` the
    chain's hash there in hex: told only to boxes whose journal comes by stick, for they get no other answer.
    """

    id: Identifier
    public_key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    site: Site
    groups: tuple[Identifier, ...] = ()
    revoked: bool = False
    telephone_key: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    journal_head: Count = 0
    journal_hash: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""


class PlaylistItem(Record, frozen=True, kw_only=True):
    """A course of a playlist; no ``lessons`` means all of them in order."""

    course: Identifier
    lessons: tuple[Identifier, ...] = ()


class Playlist(Record, frozen=True, kw_only=True):
    """Ordered lessons for an occasion (节目单)."""

    id: Identifier
    title: Title
    items: Annotated[tuple[PlaylistItem, ...], Meta(min_length=1, max_length=100)]


class Session(Record, frozen=True, kw_only=True):
    """A group session (集中学习), once or by RFC 5545 recurrence, in the plan's wall time.

    ``excluded`` and ``extra`` are the starts of single occurrences taken out or added; ``expected`` is the
    county's proposal of heads (应到). ``small_first``: for slow lines, its smallest pictures come first.
    """

    id: Identifier
    title: Title
    playlist: Identifier
    starts: LocalTime
    recurrence: Annotated[str, Meta(max_length=500)] = ""
    excluded: tuple[LocalTime, ...] = ()
    extra: tuple[LocalTime, ...] = ()
    gather_minutes: Annotated[int, Meta(ge=0, le=120)] = 15
    expected: Annotated[int, Meta(ge=0, le=2000)] = 0
    form: SessionForm = "video"
    small_first: bool = False


class OrderAnswer(Record, frozen=True, kw_only=True):
    """The county's answer to an order (点播申请) made by a box."""

    order: str
    box: Identifier
    state: Literal["granted", "refused"]
    course: Identifier | None = None
    reason: Words = ""


class StopOrder(Record, frozen=True, kw_only=True):
    """A withdrawal (停播): this course, or one lesson of it, may no longer be shown."""

    id: Identifier
    course: Identifier
    lesson: Identifier | None = None
    reason: Words = ""
    issued: LocalTime


class Window(Record, frozen=True, kw_only=True):
    """When a box may fetch: days 0 (Monday) to 6, from ``start`` to ``end``, past midnight if end ≤ start."""

    days: tuple[Annotated[int, Meta(ge=0, le=6)], ...] = (0, 1, 2, 3, 4, 5, 6)
    start: TimeOfDay
    end: TimeOfDay


class Caps(Record, frozen=True, kw_only=True):
    """Limits of the line; None means no limit."""

    bits_per_second: Positive | None = None
    monthly_bytes: Positive | None = None


class Policy(Record, frozen=True, kw_only=True):
    """Values the county sets for its boxes."""

    duty_sessions_per_month: Count = 2
    refresh_minutes: Positive = 60
    upload_minutes: Positive = 15
    best_height: Positive = 720


class Plan(Document, frozen=True, kw_only=True):
    """``plans/<bin>/<group>.json``: what one group of boxes shall do.

    ``notice`` is an urgent line (紧急通知), shown until ``notice_until`` or else until it is withdrawn.
    ``stopped_channels`` are live channels that may no longer be shown, whatever the list of channels says;
    ``stopped_sounds`` likewise the files of recordings that may no longer be heard.
    """

    group: Identifier
    issued: LocalTime
    time_zone: str = "Asia/Shanghai"
    playlists: tuple[Playlist, ...] = ()
    sessions: tuple[Session, ...] = ()
    orders: tuple[OrderAnswer, ...] = ()
    stops: tuple[StopOrder, ...] = ()
    windows: tuple[Window, ...] = ()
    caps: Caps = Caps()
    policy: Policy | None = None
    notice: Words = ""
    notice_until: LocalTime | None = None
    stopped_channels: tuple[Identifier, ...] = ()
    stopped_sounds: tuple[Sha256, ...] = ()


class LiveChannel(Record, frozen=True, kw_only=True):
    """A stream that may be shown; no ``times`` means always."""

    id: Identifier
    name: Title
    url: Annotated[str, Meta(pattern="^(udp|rtp|http|https|rtsp)://", max_length=500)]
    times: tuple[Window, ...] = ()


class Live(Document, frozen=True, kw_only=True):
    """``live/channels.json``: the only streams that may be shown."""

    channels: tuple[LiveChannel, ...] = ()


class Sound(Record, frozen=True, kw_only=True):
    """A recording to be heard: AAC-LC, mono, in MP4 with faststart."""

    duration_ms: Positive
    blob: Blob


class Sounds(Document, frozen=True, kw_only=True):
    """``sounds/sounds.json``: the only recordings that may be heard beside courses and streams.

    ``prompts`` are spoken words by the step at which they are heard (`playlists.sound_steps`; a step that a box does
    not know is never heard), ``music`` is heard while people gather.
    """

    prompts: Annotated[dict[Identifier, Sound], Meta(max_length=50)] = {}
    music: Annotated[tuple[Sound, ...], Meta(max_length=20)] = ()


class Page(Record, frozen=True, kw_only=True):
    """A page of the information channel (信息): plain text only, shown from the day ``since`` to the day ``until``."""

    id: Identifier
    title: Title
    text: Annotated[str, Meta(max_length=20_000)]
    until: LocalDate | None = None
    since: LocalDate | None = None


class Pages(Document, frozen=True, kw_only=True):
    """``pages/<group>.json``: the information pages of a group."""

    pages: tuple[Page, ...] = ()
