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

from player.core.language import CHINESE, MARKED
from player.core.preferences import LANGUAGES
from player.locale import make

ROOT = Path(__file__).parents[2]
CHINESE_LETTER = re.compile("[\u3001-\u301f\u4e00-\u9fff\uff01-\uff1f]")  # and the marks of its sentences
TRANSLATES = {"_", "N_", "counted"}
OTHERS = [language for language in LANGUAGES if language != CHINESE]

# Files whose literals are data, not words of a screen; each with its reason.
DATA = {
    "player/configuration.py": "a mistake is said in both languages side by side: it is found before one is chosen",
    "player/settings_readers.py": "likewise",
    "player/core/writing.py": "the marks that can be typed",
    "player/screens/lines.py": "the marks that may not begin or end a line",
    "player/workers/upload.py": "an error for the county's office, which knows it by its Chinese name",
}
# Literals that are data.
BORDERS_OF_IDEOGRAPHS = {"\u4e00", "\u9fff"}
OWN_NAMES = {"中文"}  # a language is named in its own words


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
        if words not in BORDERS_OF_IDEOGRAPHS | OWN_NAMES
    ]


def player_files() -> list[Path]:
    return sorted((ROOT / "player").rglob("*.py"))


def test_every_chinese_word_of_the_player_can_be_translated() -> None:
    files = [path for path in player_files() if str(path.relative_to(ROOT)) not in DATA]
    assert [wrong for path in files for wrong in wrong_in(path)] == []


def test_every_chinese_word_of_a_page_can_be_translated() -> None:
    bare = [(path.name, found) for path in make.pages() for found in bare_in_page(path.read_text("utf-8"))]
    assert bare == []
    assert {path.name for path in make.pages()} == {"remote.html", "remote.js"}
    assert bare_in_page('<b>甲</b> _("乙") // 丙') == ["甲", "丙"]


def bare_in_page(text: str) -> list[str]:
    return CHINESE_LETTER.findall(MARKED.sub("", text))


def test_what_is_called_data_is_there() -> None:
    assert [name for name in DATA if not wrong_in(ROOT / name)] == []


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


def test_no_chinese_is_left_in_a_translation_but_characters_that_it_explains(language: str) -> None:
    pairs = [pair for message in make.read(language) for pair in forms(message)]
    left = {form: set(CHINESE_LETTER.findall(form)) - set(source) for source, form in pairs}
    many = [form for _, form in pairs if len(CHINESE_LETTER.findall(form)) > 2]
    assert (many, {form: letters for form, letters in left.items() if letters}) == ([], {})


def test_english_has_no_marks_that_the_television_draws_as_wide_as_an_ideograph() -> None:
    forms_ = [form for message in make.read("en") for _, form in forms(message)]
    assert [form for form in forms_ if set(form) & set("“”‘’…\u3000")] == []
