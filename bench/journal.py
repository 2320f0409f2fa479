"""From the play on the screen to the county's figures: bytes on the wire, the inbox."""

from __future__ import annotations

from bench.journal_inbox import inbox


def run(*, quick: bool) -> None:
    """Print the figures; ``quick`` takes fewer of everything."""
    inbox(quick=quick)
