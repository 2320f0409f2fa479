"""``yuanjiao player --status``: what the running player says, and what its data folder says without it.

Reads only; a box whose player does not start can be looked into all the same. Called by `player.command`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from player.configuration import Configuration
from player.core.facts import NO_MONTH
from player.core.faults import fault
from player.folders import BoxFolders
from player.status import read_status, runtime_folder
from player.store.contents import free_bytes, scan
from player.store.meter import spent
from player.store.names import StoreNames
from playlists import generation as generations
from playlists.acknowledged import read_acknowledged
from playlists.errors import YuanjiaoError


def report(configuration: Configuration, mistakes: Sequence[str]) -> dict[str, Any]:
    """Return all that is known of a box.

    Args:
        configuration: Its settings.
        mistakes: What is wrong with them.
    """
    folders = BoxFolders(configuration.data)
    found = read_status(runtime_folder(configuration.data, os.environ))
    fingerprint = _text(folders.fingerprint)
    acknowledged = read_acknowledged(folders.acknowledged, fingerprint).head
    return {
        "running": bool(found and found.running),
        "data": str(folders.root),
        "box": fingerprint,
        "settings": list(mistakes),
        "player": found.content if found else None,
        "generation": _generation(folders.generations),
        "journal": {
            **_journal(folders.journal),
            "acknowledged": acknowledged,
        },
        "store": _store(configuration, folders),
        "line": _line(folders),
        "utc_offset_minutes": configuration.utc_offset_minutes,
    }


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _generation(root: Path) -> dict[str, Any] | None:
    generation = generations.load(root, check=())
    if generation is None:
        return None
    manifest = generation.manifest
    return {"number": manifest.number, "synced_wall_ms": manifest.synced_ms, "source": manifest.source}


def _journal(path: Path) -> dict[str, Any]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=2)) as database:
            head, entries = database.execute("SELECT coalesce(max(seq), 0), count(*) FROM entries").fetchone()
    except (sqlite3.Error, ValueError) as error:
        return {"head": 0, "entries": 0, "problem": str(error) if path.exists() else "there is none yet"}
    return {"head": head, "entries": entries}


def _store(configuration: Configuration, folders: BoxFolders) -> dict[str, Any]:
    if not folders.store.is_dir():
        return {"blobs": 0, "complete": 0, "bytes": 0, "free_bytes": 0, "problem": "there is none yet"}
    names = StoreNames(folders.store)
    try:
        contents = scan(names)
        free = free_bytes(
            names,
            contents.used_bytes,
            quota_bytes=configuration.quota_bytes,
            reserve_bytes=configuration.reserve_bytes,
        )
    except (YuanjiaoError, OSError) as error:
        return {"blobs": 0, "complete": 0, "bytes": 0, "free_bytes": 0, "problem": str(error)}
    complete = sum(blob.complete for blob in contents.blobs.values())
    return {"blobs": len(contents.blobs), "complete": complete, "bytes": contents.used_bytes, "free_bytes": free}


def words(found: dict[str, Any]) -> str:
    """Return a report for people, a line a matter."""
    return "".join(f"{name:<12}{text}\n" for name, text in _lines(found))


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    player, generation, journal, store = (found[key] for key in ("player", "generation", "journal", "store"))
    offset = found["utc_offset_minutes"]
    yield "player", f"runs (process {player['pid']})" if found["running"] else "does not run"
    yield "data", found["data"]
    yield "box", found["box"] or "has no key yet; it is made at the first start"
    if player:
        yield "site", player["site"] or f"bound to none ({player['binding']})"
        yield "screen", " · ".join(filter(None, (player["screen"], player["session"], player["playing"])))
        yield "clock", f"{_time(player['wall_ms'], offset)} ({player['clock']})"
        for code, detail in player["faults"].items():
            yield f"fault {code}", f"{fault(code).title} {detail}".strip()
        if player["own_faults"]:
            yield "log", f"{player['own_faults']} faults of the program itself; see the log"
    yield "courses", _generation_words(generation, offset)
    unsent = max(0, journal["head"] - journal["acknowledged"])
    yield "journal", journal.get("problem") or f"{journal['entries']} entries, {unsent} not yet at the county"
    yield (
        "store",
        store.get("problem")
        or (
            f"{store['complete']} of {store['blobs']} blobs complete, {_size(store['bytes'])}; "
            f"room for {_size(max(0, store['free_bytes']))}"
        ),
    )
    yield "line", _line_words(found["line"], player.get("line_monthly_bytes") if player else None)
    for mistake in found["settings"]:
        yield "settings", mistake


def _line(folders: BoxFolders) -> dict[str, Any]:
    """Return what the newest month counted has cost the line."""
    try:
        counted = spent(StoreNames(folders.store))
    except OSError as error:
        return {"month": "", "bytes": {}, "problem": str(error)}
    month = "" if counted.month == NO_MONTH else f"{counted.month[0]:04}-{counted.month[1]:02}"
    return {"month": month, "bytes": dict(counted.by_purpose)}


def _line_words(line: dict[str, Any], monthly_bytes: int | None) -> str:
    if not line["bytes"]:
        return line.get("problem") or "nothing counted yet"
    total = _size(sum(line["bytes"].values())) + (f" of {_size(monthly_bytes)}" if monthly_bytes else "")
    parts = ", ".join(f"{purpose} {_size(count)}" for purpose, count in line["bytes"].items())
    return f"{total} in {line['month'] or 'a month not known'}: {parts}"


def _generation_words(generation: dict[str, Any] | None, offset_minutes: int) -> str:
    if generation is None:
        return "nothing accepted from the county yet"
    return f"generation {generation['number']}, county asked {_time(generation['synced_wall_ms'], offset_minutes)}"


def _time(wall_ms: int, offset_minutes: int) -> str:
    zone = timezone(timedelta(minutes=offset_minutes))
    return (
        (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=wall_ms)).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    )


def _size(count: int) -> str:
    return f"{count / (1 << 20):.0f} MiB" if count < 1 << 30 else f"{count / (1 << 30):.1f} GiB"
