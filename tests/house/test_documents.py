"""The documents for people: links lead somewhere, named commands exist."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from county.configuration import PREFIX, Configuration
from tests.house.imports import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?<![\w/])\./run ([a-z]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_inside_the_project_leads_to_a_file(document: Path) -> None:
    targets = [link.split("#")[0] for link in LINK.findall(document.read_text("utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    known = subprocess.run([ROOT / "run", "help"], capture_output=True, text=True, check=True).stdout
    named_commands = set(COMMAND.findall(document.read_text("utf-8")))
    assert {name for name in named_commands if not re.search(rf"^  {name}\b", known, re.MULTILINE)} == set()


def test_every_decision_is_listed_and_says_what_it_costs() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    listed = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    assert decisions
    assert [path.name for path in decisions if path.name not in listed] == []
    assert [path.name for path in decisions if "## Drawbacks" not in path.read_text("utf-8")] == []


def test_every_setting_of_the_county_stands_in_its_operating_page() -> None:
    page = (ROOT / "docs" / "operating" / "county.md").read_text("utf-8")
    names = [f"`{PREFIX}{field.name.upper()}`" for field in fields(Configuration)]
    assert [name for name in names if name not in page] == []


def test_the_defaults_of_the_county_are_what_its_operating_page_says() -> None:
    page = (ROOT / "docs" / "operating" / "county.md").read_text("utf-8")
    rows = {f"| `{PREFIX}{field.name.upper()}` | `{field.default}` |" for field in fields(Configuration)}
    assert [row for row in sorted(rows) if row not in page] == []


def flat(settings: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Return the settings by their full keys, such as ``store.quota_gib``."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {above + key: value}
    return found


def in_words(value: object) -> str:
    """Return a default as the operating page writes it."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_every_setting_of_the_box_stands_in_its_operating_page_with_its_default() -> None:
    page = (ROOT / "docs" / "operating" / "box.md").read_text("utf-8")
    settings = flat(yaml.safe_load((ROOT / "config" / "player.yaml").read_text("utf-8")))
    shown = {key: f"`{in_words(value)}`" for key, value in settings.items()}
    rows = [f"| `{key}` | {shown[key] if settings[key] not in ([], '') else 'none'} |" for key in settings]
    assert len(rows) > 15
    assert [row for row in rows if row not in page] == []
