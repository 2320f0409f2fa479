from __future__ import annotations

import os
from pathlib import Path

import pytest

from player.store import contents
from player.store.marks import Marks
from player.store.names import StoreNames

BLOB, OTHER = "ab" + "0" * 62, "cd" + "0" * 62


def test_what_another_process_removes_while_we_look_is_not_there_and_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = StoreNames(tmp_path)
    contents.scan(names)
    names.media(BLOB).parent.mkdir()
    look = contents._files

    def and_then_they_go(folder: Path) -> list[os.DirEntry[str]]:
        found = look(folder)
        for entry in found:
            Path(entry.path).unlink()
        return found

    monkeypatch.setattr(contents, "_files", and_then_they_go)
    for measure in (contents.used_bytes, contents.scan):
        names.media(BLOB).write_bytes(b"film")
        names.partial(OTHER).write_bytes(b"part")
        names.marks(OTHER).write_bytes(Marks(4).encode())
        measure(names)
    assert contents.scan(names).blobs == {}
