from pathlib import Path

import pytest

from tests.playlists.published import Box, County


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "published")


@pytest.fixture
def box(tmp_path: Path, county: County) -> Box:
    return Box(tmp_path / "generations", county.root)
