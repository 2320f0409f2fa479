"""What end-to-end tests stand on: a county that was set up once, and a box that was bound once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.village import bind_and_fetch, found_office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of a county that has published one course; to be copied."""
    folder = tmp_path_factory.mktemp("office")
    found_office(folder / "county", folder / "films")
    return folder


@pytest.fixture(scope="session")
def ready(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of that county and of a box that is bound and has the course; to be copied."""
    folder = tmp_path_factory.mktemp("ready")
    shutil.copytree(office / "county", folder / "county")
    bind_and_fetch(folder)
    return folder
