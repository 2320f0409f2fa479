"""The whole road, as ``./run demo --once`` walks it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demo.browser import Office
from demo.once import Cycle
from demo.stage import Box, County
from tests.e2e.village import virtual_television


@pytest.mark.timeout(240)
def test_what_the_county_plans_is_shown_counted_and_found_in_its_figures(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(office / "county", tmp_path / "county")
    county = County(tmp_path / "county")
    with virtual_television() as television, Office(county.http) as browser:
        box = Box(tmp_path / "box", county, television.screen.name)
        Cycle(county, box, television, browser, tmp_path / "pictures").walk()
        assert (box.stop(), county.stop()) == (0, 0)
    assert "9/9" in capsys.readouterr().out
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 9
