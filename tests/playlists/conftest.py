from pathlib import Path

import pytest
from hypothesis import settings

from tests.playlists.published import Box, County

settings.register_profile("shared machine", deadline=None)  # how long a case takes says nothing here
settings.load_profile("shared machine")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "published")


@pytest.fixture
def box(tmp_path: Path, county: County) -> Box:
    return Box(tmp_path / "generations", county.root)
