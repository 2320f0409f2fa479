"""A figure as the office publishes it: a number that carries its definition (口径) and source (来源).

The moment (截止时间) is one for all figures of a page and stands below them. Rendered by ``parts/figures.html``.
"""

from __future__ import annotations

from dataclasses import dataclass

FROM_BOXES = "机顶盒自动上报"
FROM_OFFICE = "县远教办录入"


@dataclass(frozen=True)
class Figure:
    """One number on a page.

    Attributes:
        of: The denominator, shown behind a stroke; its meaning belongs into ``definition``.
        address: Where the rows behind the number are listed.
        warn: Somebody should look at this.
    """

    label: str
    value: int | str
    definition: str
    source: str
    of: int | None = None
    unit: str = ""
    address: str = ""
    warn: bool = False


def from_boxes(by_hand: int) -> str:
    """Return where sessions are known from, with how many of them nobody's box has seen."""
    return f"{FROM_BOXES}，其中补登（没有用机顶盒，事后登记）{by_hand} 场" if by_hand else FROM_BOXES
