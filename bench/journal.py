"""From the play on the screen to the county's figures: bytes on the wire, cuts, the inbox, the month's report."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.county_stage import county_stage
from bench.journal_cut import commits, cut_loss
from bench.journal_inbox import inbox
from bench.journal_report import report
from bench.journal_wire import wire


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes fewer of everything."""
    wire(quick=quick)
    commits(quick=quick)
    cut_loss(quick=quick)
    for database in ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory(prefix="yuanjiao-bench-") as name, county_stage(Path(name), database) as stage:
            inbox(stage, Path(name), quick=quick)
            if database == "postgresql" or not quick:
                report(stage, quick=quick)
