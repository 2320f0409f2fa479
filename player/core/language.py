"""The language of the television: Chinese as it stands in the source, English from a catalogue.

What people see is written `_("还有 {minutes} 分钟").format(minutes=…)`: whole sentences with named places, never glued
fragments, because another language orders them otherwise. Where an amount decides the form, it is
`counted("还差 {n} 次", due)`. A constant is only marked with `N_` and goes through `_` where it is shown, because a
module is read before anybody has chosen a language. `./run translate` collects all of them.

The language in force belongs to one call: `player.step.step` and `player.screens.view.view` set it from the world, so
that both remain pure functions of it. The catalogue is a part of the program, read once, as its code is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations, translation
from importlib import resources
from typing import Final

from .preferences import LANGUAGES, Language

CHINESE: Final[Language] = "zh_CN"
ENGLISH: Final[Language] = "en"
DOMAIN: Final = "yuanjiao"

MARKED: Final = re.compile(r'_\("([^"]+)"\)')

_IN_FORCE: Final[ContextVar[str]] = ContextVar("language", default=CHINESE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have `_` and `counted` answer in a language; one that is not known gives Chinese."""
    token = _IN_FORCE.set(language)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def _(source: str) -> str:
    """Return words in the language in force; what no catalogue knows, such as words already translated, as it is."""
    return _catalogue(_IN_FORCE.get()).gettext(source) if source else ""


def counted(source: str, n: int, **places: object) -> str:
    """Return words about an amount, which stands in them as ``{n}``, in the form that the amount asks for."""
    words = _catalogue(_IN_FORCE.get()).ngettext(source, source, n)
    return words.format(n=n, **places)


def put_into_words(text: str, spelled: Callable[[str], str]) -> str:
    """Return the text of a page that is no Python, each of its ``_("…")`` in the language in force.

    Args:
        text: The page.
        spelled: Writes words as the page has to, with quotes or escapes.
    """
    return MARKED.sub(lambda found: spelled(_(found[1])), text)


def N_(source: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a constant for the catalogue; it is translated by `_` where it is shown."""
    return source


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    if language not in LANGUAGES or language == CHINESE:
        return NullTranslations()
    # A catalogue that got lost costs the English, not the picture.
    return translation(DOMAIN, str(resources.files("player") / "locale"), [language], fallback=True)
