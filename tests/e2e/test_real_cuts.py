"""A dozen real kills in every run of the tests; ``./run cuts`` does as many as you like."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.cuts.__main__ import say
from tests.cuts.place import Place, Size
from tests.cuts.run import STORIES, report, run


@pytest.mark.timeout(240)
def test_a_dozen_kills_break_no_promise(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    say(f"seed {seed}")
    with Place(tmp_path, Size(lessons=2, seconds=14, sessions=20)) as place:
        told = run(place, 12, seed, say, only=[name for name in STORIES if name != "restore"], most=3)
    say("".join(report(told, seed, 0)))
    assert told.kills >= 12
    assert told.problems == []
