"""Text by remote control: digits spell, what they spell is offered, one of the offers is taken. Pure.

The one text field of the television (`player.screens.text_field` draws it). There are five ways to write: pinyin with
all its letters or with the initials of a word alone, the five strokes, digits, letters with punctuation, and ready
phrases. Each state has a row for every key in `TABLE`.

    IDLE ──digit──► SPELLING ──down──► CHOOSING
     ▲                 │ select           │ digit, select
     └── takes a word ─┴──────────────────┘

In `SPELLING` digits go on spelling and OK takes what is in the focus; in `CHOOSING` digits name an offer. With nothing
spelt OK and, without any text, back belong to the screen around the field. Ready phrases need no spelling: there one
always chooses. Holding back down takes all away, once for each time that it is held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, Literal, get_args

import msgspec
from msgspec.structs import replace

from .initials import LETTERS
from .library import Library

Method = Literal["pinyin", "strokes", "digits", "letters", "phrases"]
METHODS: Final = get_args(Method)
KEYS: Final[Mapping[Method, str]] = {
    "pinyin": "23456789", "strokes": "12345", "digits": "0123456789", "letters": "123456789", "phrases": "",
}  # fmt: skip
MARKS: Final = "，。、？！：（）"
MOST_LETTERS: Final = 60
MOST_KEYS: Final = 24
OFFERED: Final = 8  # on one page


class WritingState(Enum):
    """What the next digit does."""

    IDLE = "idle"  # it begins to spell
    SPELLING = "spelling"
    CHOOSING = "choosing"  # it takes an offer


class Writing(msgspec.Struct, frozen=True):
    """A text in the making; ``keys`` spell what comes next, ``focus`` is among all offers.

    ``cleared``: all was taken away by the key that is still held down.
    """

    text: str = ""
    method: Method = "pinyin"
    keys: str = ""
    focus: int = 0
    choosing: bool = False
    cleared: bool = False

    @property
    def state(self) -> WritingState:
        """Where the field stands."""
        if self.choosing or self.method == "phrases":
            return WritingState.CHOOSING
        return WritingState.SPELLING if self.keys else WritingState.IDLE

    @property
    def first(self) -> int:
        """The first offer of the page that holds the focus."""
        return self.focus // OFFERED * OFFERED


class Offer(msgspec.Struct, frozen=True):
    """A page of what may be taken; ``more``: others follow."""

    words: tuple[str, ...] = ()
    more: bool = False


def offer(writing: Writing, library: Library, phrases: tuple[str, ...]) -> Offer:
    """Return the page of offers that holds the focus.

    Args:
        writing: The text in the making.
        library: Knows words by their spelling.
        phrases: Ready phrases.
    """
    first, limit = writing.first, OFFERED + 1
    if writing.method in ("pinyin", "strokes") and writing.keys:
        found = tuple(library.words(writing.method, writing.keys, first, limit))
    else:
        found = _written_out(writing, phrases)[first : first + limit]
    return Offer(found[:OFFERED], len(found) > OFFERED)


def _written_out(writing: Writing, phrases: tuple[str, ...]) -> tuple[str, ...]:
    if writing.method == "phrases":
        return phrases
    if writing.method == "letters" and writing.keys:
        letters = LETTERS.get(writing.keys, "")
        return tuple(letters + letters.upper()) if letters else tuple(MARKS)
    return ()


def pressed(writing: Writing, intent: str, offered: Offer) -> Writing:
    """Return the text in the making after a key.

    Args:
        writing: Before.
        intent: ``digit-N``, ``select``, ``back``, ``clear`` or an arrow; anything else changes nothing.
        offered: What `offer` says of ``writing``.
    """
    kind, _, digit = intent.partition("-")
    row = TABLE.get((writing.state, kind))
    if row is None:
        return writing
    return replace(row(writing, digit, offered), cleared=kind == "clear")


def with_method(writing: Writing, method: Method) -> Writing:
    """Return it with another way to write; what was spelt is forgotten."""
    return replace(writing, method=method, keys="", focus=0, choosing=False)


def with_text(writing: Writing, words: str) -> Writing:
    """Return it with words added, as many as there is room for."""
    return replace(writing, text=(writing.text + words)[:MOST_LETTERS], keys="", focus=0, choosing=False)


# --- what the keys do


def _spell(writing: Writing, digit: str, offered: Offer) -> Writing:
    if digit not in KEYS[writing.method]:
        return with_text(writing, " ") if writing.method == "letters" else writing
    if writing.method == "digits":
        return with_text(writing, digit)
    if writing.method == "letters" and writing.keys:  # the letter before is meant, the next one begins
        return replace(_take(writing, "", offered), keys=digit)
    return replace(writing, keys=(writing.keys + digit)[:MOST_KEYS], focus=0)


def _take(writing: Writing, _digit: str, offered: Offer) -> Writing:
    return _taken(writing, writing.focus - writing.first, offered)


def _take_numbered(writing: Writing, digit: str, offered: Offer) -> Writing:
    return _taken(writing, int(digit) - 1, offered)


def _taken(writing: Writing, index: int, offered: Offer) -> Writing:
    if not 0 <= index < len(offered.words):
        return writing
    taken = with_text(writing, offered.words[index])
    return with_method(taken, "pinyin") if writing.method == "phrases" else taken


def _erase_key(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return replace(writing, keys=writing.keys[:-1], focus=0)


def _erase_letter(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return replace(writing, text=writing.text[:-1])


def _forget_keys(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return writing if writing.cleared else replace(writing, keys="", focus=0, choosing=False)


def _forget_text(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return writing if writing.cleared else replace(writing, text="")


def _next_method(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return with_method(writing, METHODS[(METHODS.index(writing.method) + 1) % len(METHODS)])


def _choose(writing: Writing, _digit: str, offered: Offer) -> Writing:
    return replace(writing, choosing=bool(offered.words))


def _go_on(writing: Writing, digit: str, offered: Offer) -> Writing:
    if writing.method == "phrases":
        return _next_method(writing, digit, offered)
    return replace(writing, choosing=False)


def _forward(writing: Writing, _digit: str, offered: Offer) -> Writing:
    last = writing.first + len(offered.words) - 1
    return replace(writing, focus=writing.focus + 1 if offered.more or writing.focus < last else writing.focus)


def _backward(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return replace(writing, focus=max(0, writing.focus - 1))


def _next_page(writing: Writing, _digit: str, offered: Offer) -> Writing:
    return replace(writing, focus=writing.first + OFFERED) if offered.more else writing


def _page_before(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return replace(writing, focus=max(0, writing.first - OFFERED))


def _nothing(writing: Writing, _digit: str, _offered: Offer) -> Writing:
    return writing


Row = Callable[[Writing, str, Offer], Writing]
EVENTS: Final = ("digit", "select", "back", "clear", "up", "down", "left", "right")


def _rows(state: WritingState, *rows: Row) -> dict[tuple[WritingState, str], Row]:
    return dict(zip(((state, kind) for kind in EVENTS), rows, strict=True))


_S = WritingState
TABLE: Final[Mapping[tuple[WritingState, str], Row]] = {  # columns as in EVENTS
    **_rows(_S.IDLE, _spell, _nothing, _erase_letter, _forget_text, _next_method, _nothing, _nothing, _nothing),
    **_rows(_S.SPELLING, _spell, _take, _erase_key, _forget_keys, _next_method, _choose, _backward, _forward),
    **_rows(_S.CHOOSING, _take_numbered, _take, _go_on, _forget_keys, _go_on, _nothing, _page_before, _next_page),
}
