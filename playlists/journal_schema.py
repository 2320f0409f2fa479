"""The tables of a box's journal file (SQLite): written by the player, read by `yuanjiao journal` and uploads.

``entries.data`` is the encoded entry and ``hash`` the chain's hash after it (`playlists.journal`). ``meta``
holds ``fingerprint`` (the box's), ``base_seq`` and ``base_hash`` (what the chain goes on from), ``boot`` and what
else the player keeps. ``open_play`` is the one play that goes on now: it changes until it is sealed as an entry, so
it is outside the chain.
"""

from typing import Final

FINGERPRINT_NAME: Final = "fingerprint"  # the file beside the journal that says whose box it is …
ACKNOWLEDGED_NAME: Final = "acknowledged.json"  # … and the one that says how far the county holds the journal
FINGERPRINT: Final = "fingerprint"
BASE_SEQ: Final = "base_seq"  # a chain that goes on after a damaged file begins behind this entry …
BASE_HASH: Final = "base_hash"  # … which the county holds, with this hash

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS entries(
    seq INTEGER PRIMARY KEY,
    data BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS meta(
    key TEXT PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS open_play(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    data BLOB NOT NULL,
    updated_wall_ms INTEGER NOT NULL
) STRICT;
"""
