"""What people read in Chinese has Chinese punctuation: no ASCII comma, colon or bracket beside a Chinese character.

Looked at are string literals of the packages, without docstrings, and the text of templates. An English sentence may
name a Chinese word in its own brackets.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("county", "player", "demo", "playlists", "config")
CHINESE = "\u4e00-\u9fff\u3001\u3002\u201c\u201d\u300a\u300b\uff0c\uff1a\uff1b\uff08\uff09\uff01\uff1f"
BESIDE = re.compile(f"[{CHINESE}][,;:!?()]|[,;:!?()][{CHINESE}]")
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """The lines and values of all string literals but docstrings; of f-strings the parts between the fields."""
    tree = ast.parse(source)
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.lineno, node.value


def is_english(text: str) -> bool:
    """Whether a literal, without marks of HTML, has more Latin words than Chinese characters."""
    bare = re.sub(r"<[^>]*>", " ", text)
    return len(re.findall("[A-Za-z]{2,}", bare)) > len(re.findall("[\u4e00-\u9fff]", bare))


def texts(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text()
    if path.suffix == ".py":
        yield from ((line, text) for line, text in literals(source) if not is_english(text))
    else:
        yield from enumerate(TAGS.sub("\ufffc", source).splitlines(), 1)


def files() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for kind in ("*.py", "*.html")
        for path in sorted((ROOT / package).rglob(kind))
        if "migrations" not in path.parts
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_chinese_is_written_with_chinese_punctuation(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text[max(0, found.start() - 12) : found.end() + 12]!r}"
        for path in files()
        if path.relative_to(ROOT).parts[0] == package
        for line, text in texts(path)
        for found in BESIDE.finditer(text)
    ]
    assert wrong == []


def test_the_rule_sees_what_it_shall() -> None:
    source = (
        '"""(停用) in a docstring is English."""\nx = f"实到 {n:3d} 人,超出"\ny = "第一课(试)"\nz = f"共 3 项：{n}，完"'
    )
    assert {text for _, text in literals(source) if BESIDE.search(text)} == {" 人,超出", "第一课(试)"}
