"""Every Chinese word that the player shows goes through the catalogue, and the catalogue has a translation of each.

Looked at are the string literals of `player/`. What is neither docstring nor log line must be the argument of `_`, `N_`
or `counted`; the exceptions below are data, not words of a screen.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from player.core.language import CHINESE
from player.core.preferences import LANGUAGES
from player.locale import make

ROOT = Path(__file__).parents[2]
CHINESE_LETTER = re.compile("[\u4e00-\u9fff]")
TRANSLATES = {"_", "N_", "counted"}
OTHERS = [language for language in LANGUAGES if language != CHINESE]

# Literals that are data; each with its reason.
DATA: dict[str, str] = {"中文": "a language is named in its own words"}
# Files that still hold bare words; only ever shorter.
NOT_YET = {
    "player/configuration.py",
    "player/core/generation.py",
    "player/core/heads.py",
    "player/core/orders.py",
    "player/core/phone.py",
    "player/core/playback.py",
    "player/core/session.py",
    "player/core/wishes.py",
    "player/screens/agenda.py",
    "player/screens/binding.py",
    "player/screens/categories.py",
    "player/screens/course.py",
    "player/screens/courses.py",
    "player/screens/gathering.py",
    "player/screens/heads.py",
    "player/screens/here.py",
    "player/screens/home.py",
    "player/screens/interrupted.py",
    "player/screens/number.py",
    "player/screens/orders.py",
    "player/screens/parts.py",
    "player/screens/phone.py",
    "player/screens/phrases.py",
    "player/screens/playing.py",
    "player/screens/question.py",
    "player/screens/registered.py",
    "player/screens/search.py",
    "player/screens/sessions.py",
    "player/screens/starting.py",
    "player/screens/status.py",
    "player/screens/text_field.py",
    "player/screens/wish.py",
    "player/screens/words.py",
    "player/settings_readers.py",
    "player/step.py",
    "player/workers/upload.py",
}


def bare_words(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines and values of Chinese literals that no catalogue can know."""
    tree = ast.parse(source)
    fine = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_name(node.func) in TRANSLATES or _is_log(node.func)):
            fine |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine:
            yield from [(node.lineno, node.value)] if CHINESE_LETTER.search(node.value) else []


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else ""


def _is_log(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and _name(called.value) == "_log"


def wrong_in(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for line, words in bare_words(path.read_text("utf-8"))
        if words not in DATA
    ]


def player_files() -> list[Path]:
    return sorted((ROOT / "player").rglob("*.py"))


def test_every_chinese_word_of_the_player_can_be_translated() -> None:
    files = [path for path in player_files() if str(path.relative_to(ROOT)) not in NOT_YET]
    assert [wrong for path in files for wrong in wrong_in(path)] == []


def test_a_file_that_has_been_converted_leaves_the_list() -> None:
    assert sorted(name for name in NOT_YET if not (ROOT / name).exists() or not wrong_in(ROOT / name)) == []


def test_the_rule_sees_what_it_shall() -> None:
    source = (
        '"""文档"""\n_log.info("日志")\n_("甲")\nKey(N_("乙"), counted("还有 {n} 个", 2))\n'
        'a = "丙"\nb = _(f"丁{a}")\nc = _("戊").format(name="己")\nd = _(a + "庚")\n'
    )
    assert {words for _, words in bare_words(source)} == {"丙", "丁", "己", "庚"}


@pytest.fixture(scope="module", params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_catalogue_holds_exactly_the_words_of_the_player(language: str) -> None:
    there = {message.id for message in make.read(language) if message.id}
    found = {message.id for message in make.collected() if message.id}
    assert (sorted(map(str, found - there)), sorted(map(str, there - found))) == ([], []), "./run translate"


def test_every_word_has_its_translation(language: str) -> None:
    assert [message.id for message in make.untranslated(make.read(language))] == []


def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    compiled = make.po_file(language).with_suffix(".mo").read_bytes()
    read = GNUTranslations(io.BytesIO(compiled))
    for message in make.read(language):
        if message.id:
            assert [form for _, form in forms(message)] == spoken(read, message)
    assert compiled == make.mo_bytes(make.read(language)), "./run translate"


def spoken(read: GNUTranslations, message: Message) -> list[str]:
    if isinstance(message.id, str):
        return [read.gettext(message.id)]
    return [read.ngettext(*message.id, 1), read.ngettext(*message.id, 2)]


def test_a_translation_names_the_same_places_as_its_source(language: str) -> None:
    assert [
        (source, form) for message in make.read(language) for source, form in forms(message) if not agree(source, form)
    ] == []


def forms(message: Message) -> list[tuple[str, str]]:
    """Return each translated form beside its source."""
    if not message.id:
        return []
    source = message.id if isinstance(message.id, str) else message.id[0]
    return [(source, form) for form in (message.string if isinstance(message.string, tuple) else (message.string,))]


def agree(source: str, translated: str) -> bool:
    """Say whether both name the same places; "one session" may leave the amount out."""
    wanted, given = places(source), places(translated)
    return given <= wanted and wanted - given <= {"n"}


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def test_no_chinese_is_left_in_a_translation(language: str) -> None:
    left = [form for message in make.read(language) for _, form in forms(message) if CHINESE_LETTER.search(form)]
    assert left == []
