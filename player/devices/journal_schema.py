"""What the player keeps in the journal's file beside the tables of `playlists.journal_schema`.

``open_session`` is the session that goes on, like ``open_play``. ``sessions``, ``records``, ``own_sessions``,
``planned_recordings``, ``recorded``, ``seen_courses``, ``receipts``, ``orders``, ``told_stops``, ``wrong_codes``,
``endangered`` (sessions of which the county was told last that they may not be ready), ``left_off`` and ``boots``
repeat what the entries say, written in the entry's own transaction, so that a start need not read a year of entries:
when each session began, as its box believed then, and what each boot has learnt of the time (`playlists.dating`).
Where lessons were left (``left_off``) is a convenience that a damaged file may lose.
"""

from typing import Final

from playlists import journal_schema

SCHEMA: Final = (
    journal_schema.SCHEMA
    + """
CREATE TABLE IF NOT EXISTS open_session(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    data BLOB NOT NULL,
    updated_wall_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sessions(
    session TEXT PRIMARY KEY,
    ended TEXT NOT NULL,
    boot INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    trust TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS boots(
    boot INTEGER PRIMARY KEY,
    offset_ms INTEGER NOT NULL,
    trust TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS orders(
    "order" TEXT PRIMARY KEY,
    course TEXT NOT NULL,
    wish TEXT NOT NULL,
    asked_wall_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS told_stops(
    course TEXT PRIMARY KEY,
    day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wrong_codes(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    trust TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS seen_courses(
    course TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records(
    session TEXT PRIMARY KEY,
    count_seq INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS own_sessions(
    session TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS planned_recordings(
    plan TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS recorded(
    recording TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS left_off(
    lesson TEXT PRIMARY KEY,
    position_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS receipts(
    stop TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS endangered(
    session TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
"""
)
FINGERPRINT: Final = journal_schema.FINGERPRINT
BOOT: Final = "boot"
BOOT_ID: Final = "boot_id"
CLEAN: Final = "clean"
BASE_SEQ: Final = journal_schema.BASE_SEQ
BASE_HASH: Final = journal_schema.BASE_HASH
