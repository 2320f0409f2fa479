"""What is noted about the session that is on, beside its heads: form, speaker, joint session, remarks, rating.

It stands in the open row, so that a power cut forgets nothing, and goes into the journal with the sign-off. Called by
`player.core.session`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from msgspec.structs import replace

from playlists.documents import SessionForm

from .facts import OpenSession
from .heads import MOST_HEADS

MOST_LETTERS: Final = 60
FORMS: Final = get_args(SessionForm)
RATINGS: Final = (0, 3, 2, 1)  # as one key goes through them
TEXTS: Final = ("speaker", "neighbour", "remarks")


def noted(row: OpenSession, field: str, text: str) -> OpenSession:
    """Return the row with a note; what cannot be meant changes nothing.

    Args:
        row: The open row.
        field: ``form``, ``speaker``, ``neighbour``, ``neighbours``, ``remarks`` or ``rating``.
        text: What people have chosen or written.
    """
    read = _READERS.get(field)
    value = read(text) if read else None
    if value is None:
        return row
    noted: Any = {field: value}
    row = replace(row, **noted)
    return replace(row, neighbours=0) if not row.neighbour else row


def _text(text: str) -> str:
    return text.strip()[:MOST_LETTERS]


def _heads(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= MOST_HEADS else None


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(TEXTS, _text),
    "neighbours": _heads,
    "form": lambda text: text if text in FORMS else None,
    "rating": lambda text: int(text) if text in {str(one) for one in RATINGS} else None,
}
