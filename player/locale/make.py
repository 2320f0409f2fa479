"""Collect the television's words and make the catalogues again: `./run translate`.

Reads every `_`, `N_` and `counted` of the player and of the telephone's page, adds new words to
``<language>/LC_MESSAGES/yuanjiao.po`` with an empty translation, takes away what no screen says any more, and compiles
the ``.mo`` that `player.core.language` reads. What is still to be translated is named, and the program ends with 1.
Nothing in the files depends on when or where it ran.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from player.core.language import CHINESE, DOMAIN, MARKED
from player.core.preferences import LANGUAGES

PLAYER: Final = Path(__file__).parents[1]
KEYWORDS: Final = {"_": None, "N_": None, "counted": (1, 1)}  # an amount has one form in Chinese
_MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)  # the same catalogue is the same bytes
_NAMES: Final = {
    "project": "Yuanjiao", "version": "1", "msgid_bugs_address": "", "last_translator": "", "language_team": "",
}  # fmt: skip
_HEADER: Final = "# Words of the television. Keys are the Chinese sources; `./run translate` keeps this file."


def main() -> int:
    """Update and compile every catalogue."""
    found, wanting = collected(), 0
    for language in LANGUAGES:
        if language != CHINESE:
            catalogue = updated(language, found)
            path = po_file(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po_bytes(catalogue))
            path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
            for message in untranslated(catalogue):
                wanting += 1
                print(f"{language}: not yet translated: {message.id}", file=sys.stderr)  # noqa: T201 - a command
    return 1 if wanting else 0


def po_file(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return Path(__file__).parent / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def collected() -> Catalog:
    """Return every word of the player that is to be translated."""
    catalogue = Catalog()
    for _file, _line, words, _comments, _context in extract_from_dir(PLAYER, keywords=KEYWORDS):
        catalogue.add(words)
    for page in pages():
        for words in MARKED.findall(page.read_text(encoding="utf-8")):
            catalogue.add(words)
    return catalogue


def pages() -> list[Path]:
    """Return the files that are no Python and have words, which stand in ``_("…")`` there too."""
    return sorted(path for path in (PLAYER / "workers").rglob("*") if path.suffix in {".html", ".js"})


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it lies there; an empty one if there is none."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, found: Catalog) -> Catalog:
    """Return the catalogue of a language with exactly the words that were found; nothing is guessed from likeness."""
    catalogue = Catalog(language, DOMAIN, _HEADER, **_NAMES, creation_date=_MADE, revision_date=_MADE, fuzzy=False)
    known = read(language)
    for message in found:
        if message.id:
            there = known.get(_first(message))
            keeps = there is not None and there.pluralizable == message.pluralizable
            catalogue.add(message.id, string=there.string if there and keeps else "")
    return catalogue


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Yield what has no translation, or not in every form."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            yield message


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue, in the order of its sources, so that two changes seldom meet."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_output=True, no_location=True)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return a catalogue as `gettext` reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


if __name__ == "__main__":
    sys.exit(main())
