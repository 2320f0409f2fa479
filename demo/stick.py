"""The virtual stick (U 盘): a folder that the demo's box takes for one (`sticks.folder` of its settings).

It is filled by ``yuanjiao stick`` out of sight and put in by a rename, so that the box sees it whole. Pulled out it
keeps what the box wrote on it: the envelopes lie in the drawer for the county's page that takes carried records.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from demo.stage import YUANJIAO, Box, County, DemoFailed

LABEL = "YUANJIAO"


class VirtualStick:
    """One stick, in the box or in the drawer.

    Args:
        socket: The folder that the box watches.
        drawer: Where the stick lies while it is pulled out.
        fill: Brings the stick, in the drawer, up to date.
    """

    def __init__(self, socket: Path, drawer: Path, fill: Callable[[Path], None]) -> None:
        self._inside, self._outside, self._fill = socket / LABEL, drawer / LABEL, fill
        self._lock = threading.Lock()
        for folder in (socket, drawer):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def is_in(self) -> bool:
        """Whether it is in the box."""
        return self._inside.is_dir()

    def turn(self) -> None:
        """Put it in, or pull it out, whatever the box does with it.

        Raises:
            DemoFailed: It could not be filled; it stays in the drawer.
            OSError: The folders cannot be written.
        """
        with self._lock:
            if self.is_in:
                self._inside.rename(self._outside)
                return
            self._outside.mkdir(exist_ok=True)
            self._fill(self._outside)
            self._outside.rename(self._inside)


def county_stick(county: County, box: Box, folder: Path) -> None:
    """Make the county's stick for the site of the box; a box without a site gets an empty one.

    Raises:
        DemoFailed: ``yuanjiao stick`` failed; its words are told.
    """
    site = box.player().get("site")
    if not site:
        return
    source, root = str(county.data / "published"), str(county.data / "trust" / "root.json")
    made = subprocess.run(
        [*YUANJIAO, "stick", source, str(folder), "--site", site, "--root", root],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise DemoFailed(made.stderr.strip())
