"""The line that a bench prints."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence


def say(
    bench: str,
    figure: str,
    values: Sequence[float],
    unit: str,
    *,
    peer: str = "",
    peer_values: Sequence[float] = (),
    **more: float | str,
) -> None:
    """Print the median of some values, the 95th percentile where there are 20 or more, and the ratio to a peer.

    Args:
        bench: Name of the bench.
        figure: What was measured.
        values: One value a repetition, in ``unit``.
        unit: ``ms``, ``MB`` or ``percent``.
        peer: Name of the program compared with.
        peer_values: What the peer needed in the same run.
        more: Further facts that the reader needs to judge the figure.
    """
    line: dict[str, object] = {
        "bench": bench,
        "figure": figure,
        "value": round(statistics.median(values), 3),
        "unit": unit,
        "n": len(values),
    }
    if len(values) >= 20:
        line["p95"] = round(statistics.quantiles(values, n=20)[-1], 3)
    if peer_values:
        theirs = statistics.median(peer_values)
        line |= {"peer": peer, "peer_value": round(theirs, 3)}
        line["ratio"] = round(statistics.median(values) / theirs, 3) if theirs else None
    print(json.dumps(line | more, ensure_ascii=False), flush=True)
