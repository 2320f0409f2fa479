"""No word of our own is cut off, in either language, as the television's own typeface measures it.

What comes from the county, such as a title, may end with an ellipsis; what the screens themselves say may not, and no
key of the bar may be left out in one language that stands there in the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from demo.screens.states import State, all_states
from demo.screens.village import COURSES, ENDLESS_TITLE, LONG_COURSES, LONG_TITLE, STRANGE_TITLE
from player.core.language import CHINESE, ENGLISH, speaking
from player.core.preferences import LANGUAGES, Language
from player.devices.display.fonts import Typeface
from player.locale import make
from player.screens import design as d
from player.screens.lines import ELLIPSIS, break_lines, typeset
from player.screens.scene import Box, Mark, Scene, Text
from player.screens.view import view

STATES = all_states()
# What the made-up county wrote.
TITLES = {LONG_TITLE} | {
    words
    for course in (*COURSES.values(), *LONG_COURSES)
    for words in (course.title, course.provider, course.summary, *(lesson.title for lesson in course.lessons))
}


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface()


MODES = [(language, large) for language in LANGUAGES for large in (False, True)]


def drawn(state: State, language: Language, large: bool = False) -> Scene:
    world, library = state
    preferences = replace(world.preferences, language=language, large_type=large)
    return view(replace(world, preferences=preferences), library)


def marks_of(scene: Scene) -> tuple[Mark, ...]:
    return scene.marks + tuple(mark for overlay in scene.overlays for mark in overlay.marks)


def is_key(mark: Mark) -> bool:
    """Say whether a mark is the cap of a key in the bar."""
    return isinstance(mark, Box) and mark.fill == d.RAISED and mark.height == 42


def is_cut(mark: Text, typeface: Typeface) -> bool:
    words = typeset(typeface.printable(mark.words))
    lines = break_lines(words, lambda piece: typeface.width(piece, mark.size, mark.bold), mark.width, mark.lines)
    return lines[-1].endswith(ELLIPSIS) and not words.endswith(ELLIPSIS)


def is_the_countys(words: str, name: str) -> bool:
    if STRANGE_TITLE in words or ENDLESS_TITLE in words or "关好门窗" in words:
        return True
    return (
        words in TITLES
        or LONG_TITLE in words
        or "养殖专业合作社" in words
        or (name.startswith("session") and "：" in words)
    )


@pytest.mark.parametrize(("language", "large"), MODES)
@pytest.mark.parametrize("name", STATES)
def test_no_word_of_our_own_is_cut_off(name: str, language: Language, large: bool, typeface: Typeface) -> None:
    texts = [mark for mark in marks_of(drawn(STATES[name], language, large)) if isinstance(mark, Text) and mark.words]
    cut = [mark.words for mark in texts if is_cut(mark, typeface) and not is_the_countys(mark.words, name)]
    assert cut == []


@pytest.mark.parametrize(("language", "large"), MODES)
@pytest.mark.parametrize("name", STATES)
def test_nothing_is_written_smaller_than_can_be_read(name: str, language: Language, large: bool) -> None:
    texts = [mark for mark in marks_of(drawn(STATES[name], language, large)) if isinstance(mark, Text) and mark.words]
    assert [(mark.words, mark.size) for mark in texts if mark.size < d.BODY] == []


@pytest.mark.parametrize(("language", "large"), MODES)
@pytest.mark.parametrize("name", STATES)
def test_no_words_run_into_others(name: str, language: Language, large: bool, typeface: Typeface) -> None:
    scene = drawn(STATES[name], language, large)
    for layer in (scene.marks, *(overlay.marks for overlay in scene.overlays)):
        inked = [(mark.words, place) for mark in above_notice(layer) for place in ink(mark, typeface)]
        met = [(one, other) for at, (one, a) in enumerate(inked) for other, b in inked[:at] if meet(a, b)]
        assert met == []


def above_notice(layer: Sequence[Mark]) -> list[Text]:
    """Return the words of a layer; a notice lies over what is below it for some seconds, and is left out."""
    return [mark for mark in layer if isinstance(mark, Text) and mark.words and mark.colour != d.GROUND]


def ink(mark: Text, typeface: Typeface) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of each line's letters, as the brush places them."""
    words = typeset(typeface.printable(mark.words))
    lines = break_lines(words, lambda piece: typeface.width(piece, mark.size, mark.bold), mark.width, mark.lines)
    height, places = mark.size * mark.line_height, []
    for row, said in enumerate(lines):
        wide = typeface.width(said, mark.size, mark.bold)
        left = mark.x + {"left": 0.0, "centre": (mark.width - wide) / 2, "right": mark.width - wide}[mark.align]
        top = mark.y + row * height + (height - mark.size) / 2
        places.append((left, top + 0.08 * mark.size, left + wide, top + 0.94 * mark.size))
    return places


def meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1


@pytest.fixture(scope="module")
def sources() -> set[str]:
    """Return every Chinese source that has a translation of its own."""
    messages = [message for message in make.read(ENGLISH) if isinstance(message.id, str) and message.id]
    return {message.id for message in messages if message.id != message.string}


@pytest.mark.parametrize("name", STATES)
def test_no_word_of_our_own_stays_chinese_in_english(name: str, sources: set[str]) -> None:
    texts = [mark.words for mark in marks_of(drawn(STATES[name], "en")) if isinstance(mark, Text)]
    assert [words for words in texts if words in sources] == []


@pytest.mark.parametrize("name", STATES)
def test_english_names_as_many_keys_as_chinese(name: str) -> None:
    keys = [sum(is_key(mark) for mark in marks_of(drawn(STATES[name], language))) for language in LANGUAGES]
    assert keys[0] == keys[1]


def test_words_are_not_taken_for_narrower_than_they_are(typeface: Typeface) -> None:
    for message in make.read(ENGLISH):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for words in (form for form in (*forms, message.id) if message.id and isinstance(form, str)):
            for bold in (False, True):
                true = typeface.width(words, 100, bold)
                assert true <= d.words_width(words, 100) <= 1.25 * true + 30, words


def test_a_size_is_chosen_at_which_words_fit() -> None:
    assert d.fitting("本机节目", 190, d.LEAD, d.ROW, d.BODY) == d.LEAD
    assert d.fitting("Group sessions", 300, d.LEAD, d.ROW, d.BODY) == d.ROW
    assert d.fitting("Group sessions", 10, d.LEAD, d.ROW, d.BODY) == d.BODY


def test_the_made_up_states_are_drawn_in_both_languages() -> None:
    with speaking(CHINESE):
        chinese = {mark.words for mark in marks_of(drawn(STATES["home"], "zh_CN")) if isinstance(mark, Text)}
    english = {mark.words for mark in marks_of(drawn(STATES["home"], "en")) if isinstance(mark, Text)}
    assert "本月集中学习" in chinese
    assert "This month" in english
