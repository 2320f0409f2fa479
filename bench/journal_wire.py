"""What a play costs on the line: the real envelope, signed and compressed, with fifty plays in it."""

from __future__ import annotations

from itertools import islice

from msgspec.structs import replace

from bench.figures import say
from bench.village import DAY_MS, Village
from playlists.entries import Play
from playlists.journal import decode_body, decode_entry, encode_entry

BATCH_ENTRIES = 50
BEGINS_MS = 1_767_225_600_000  # 2026-01-01 UTC


def wire(*, quick: bool) -> None:
    """Print bytes per play for batches of plays, and bytes per entry for batches of all that a village writes."""
    batches = 20 if quick else 200
    plays = Village("wire", BEGINS_MS)
    sizes = [len(plays.sealed(_plays(plays, number))) / BATCH_ENTRIES for number in range(batches)]
    say("journal", "bytes_per_play_on_wire", sizes, "bytes", batch=BATCH_ENTRIES)
    whole = Village("wire", BEGINS_MS)
    life = whole.live(10_000)
    sizes = [len(whole.sealed([next(life) for _ in range(BATCH_ENTRIES)])) / BATCH_ENTRIES for _ in range(batches)]
    say("journal", "bytes_per_entry_on_wire", sizes, "bytes", batch=BATCH_ENTRIES, of="all kinds")


def _plays(village: Village, batch: int) -> list[bytes]:
    """Return the next fifty plays of a village, as if it wrote nothing else."""
    entries = (decode_entry(raw, "entry") for raw in village.live(60))
    told = ((entry, decode_body(entry, "entry")) for entry in entries)
    plays = islice(((entry, body) for entry, body in told if isinstance(body, Play)), BATCH_ENTRIES)
    return [
        encode_entry(replace(entry, seq=batch * BATCH_ENTRIES + number, wall_ms=entry.wall_ms + batch * 10 * DAY_MS))
        for number, (entry, _) in enumerate(plays, 1)
    ]
