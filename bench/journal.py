"""From the play on the screen to the county's figures: bytes on the wire, cuts, the inbox."""

from __future__ import annotations

from bench.journal_cut import commits, cut_loss
from bench.journal_inbox import inbox
from bench.journal_wire import wire


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes fewer of everything."""
    wire(quick=quick)
    commits(quick=quick)
    cut_loss(quick=quick)
    inbox(quick=quick)
