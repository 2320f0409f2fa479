"""What the player keeps in the journal's file beside the tables of `playlists.journal_schema`.

``open_session`` is the session that goes on, like ``open_play``. ``sessions`` and ``receipts`` repeat what the
entries say, written in the entry's own transaction, so that a start need not read a year of entries.
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
    started_wall_ms INTEGER NOT NULL,
    ended TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipts(
    stop TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
"""
)
FINGERPRINT: Final = journal_schema.FINGERPRINT
BOOT: Final = "boot"
CLEAN: Final = "clean"
BASE_SEQ: Final = journal_schema.BASE_SEQ
BASE_HASH: Final = journal_schema.BASE_HASH
