"""Gives every test its layer by its place, runs the quick layers first and sums them up.

`tests/e2e` and `tests/simulation` are layers of their own; a file or folder whose name speaks of a contract is the
contract layer; everything else is unit. `./run test -m unit` runs one layer.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# How long a case takes says nothing on a shared machine, and the blob it prints tells a failing case again.
settings.register_profile("shared machine", deadline=None, print_blob=True)
settings.load_profile("shared machine")

LAYERS = ("unit", "contract", "simulation", "e2e")
TESTS = Path(__file__).parent


def layer_of(path: Path) -> str:
    """Return the layer of a test file."""
    parts = path.relative_to(TESTS).with_suffix("").parts
    for layer in ("e2e", "simulation"):
        if layer in parts:
            return layer
    return "contract" if any("contract" in part for part in parts) else "unit"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its layer, unless it names one itself, and sort by layer."""
    for item in items:
        if not any(item.get_closest_marker(layer) for layer in LAYERS):
            item.add_marker(layer_of(item.path))
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    return next(rank for rank, layer in enumerate(LAYERS) if item.get_closest_marker(layer))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line a layer: how many of its tests ended how, and the seconds they took."""
    counts: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    seconds: Counter[str] = Counter()
    for outcome in ("passed", "failed", "error", "skipped", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, []):
            layer = next((layer for layer in LAYERS if layer in getattr(report, "keywords", ())), None)
            if layer is not None:
                counts[layer][outcome] += 1
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if isinstance(report, pytest.TestReport):
            seconds.update({layer: report.duration for layer in LAYERS if layer in report.keywords})
    for layer in (layer for layer in LAYERS if counts[layer]):
        outcomes = ", ".join(f"{number} {outcome}" for outcome, number in counts[layer].items())
        terminalreporter.write_line(f"{layer:<12}{outcomes} ({seconds[layer]:.0f} s)")
