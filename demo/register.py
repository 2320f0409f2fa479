"""The register of the demo county: 293 sites in their tree, of the size in which real counties come.

One county office, ten townships and two development zones, 257 villages and 23 rural communities; 256 by broadband and
37 by satellite. All names are made up from a short list of syllables; no such county exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

COUNTY = "青禾县"
TOWNSHIPS = (
    "白鹭镇", "云溪镇", "松岭镇", "石桥镇", "枫林乡", "茶坪乡",
    "清泉乡", "竹海乡", "桃源乡", "禾田乡", "城东开发区", "河西开发区",
)  # fmt: skip
VILLAGES = 257
COMMUNITIES = 23
BY_SATELLITE = 37
SYLLABLES_ONE = "青白云石松竹梅兰桃柳杨梨稻麦荷枫溪泉龙凤"
SYLLABLES_TWO = ("溪", "坪", "湾", "岭", "坝", "桥", "塘", "坡", "垭", "沟", "坳", "冲", "寨", "井", "源")

Kind = Literal["county", "township", "village", "community"]
Line = Literal["broadband", "satellite"]


@dataclass(frozen=True)
class SiteRow:
    """One line of the register; ``parent`` is the place above, empty for the county itself."""

    kind: Kind
    name: str
    parent: str
    line: Line


def register() -> list[SiteRow]:
    """Return the 293 sites, parents before children."""
    names = (one + two for two, one in product(SYLLABLES_TWO, SYLLABLES_ONE))
    rows = [SiteRow("county", COUNTY, "", "broadband")]
    rows += [SiteRow("township", name, COUNTY, "broadband") for name in TOWNSHIPS]
    villages = [
        SiteRow("village", f"{next(names)}村", TOWNSHIPS[index % 12], _line(index)) for index in range(VILLAGES)
    ]
    communities = [
        SiteRow("community", f"{next(names)}社区", TOWNSHIPS[index % 12], "broadband") for index in range(COMMUNITIES)
    ]
    return rows + sorted(villages, key=lambda row: TOWNSHIPS.index(row.parent)) + communities


def site_name(row: SiteRow) -> str:
    """Return what the site of a place is called."""
    return f"{row.name}远教站点"


def _line(index: int) -> Line:
    """Spread the satellite sites evenly over the villages."""
    return "satellite" if index * BY_SATELLITE // VILLAGES != (index + 1) * BY_SATELLITE // VILLAGES else "broadband"
