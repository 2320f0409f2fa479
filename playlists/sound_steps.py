"""The steps at which people may hear a spoken word, by the names that ``sounds/sounds.json`` gives them.

A fixed list: the county's page offers these, `player.core.sounds` knows when each is heard, and what it does not know
is never heard. None of them falls into the sound of a film.

====================  ==========================================================================================
step                  when it is heard
====================  ==========================================================================================
``gathering``         a group session gathers, and something of it can be shown (or it is a lecture or a visit)
``not-ready``         a group session gathers, and nothing of it has come yet
``soon``              it begins in a minute by itself
``interrupted``       after a power cut: a session can go on where it was
``paused``            a session's film was paused
``counting``          the heads are to be counted
``still-counting``    nobody has pressed a key at the head count for a while
``registered``        the session is signed off
``stopped``           what played may no longer be shown
``failed``            what was to play cannot be shown
====================  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

from playlists.documents import Blob, Sounds

Step = Literal[
    "gathering", "not-ready", "soon", "interrupted", "paused", "counting", "still-counting", "registered", "stopped",
    "failed",
]  # fmt: skip
STEPS: Final[tuple[Step, ...]] = get_args(Step)


def blobs(sounds: Sounds) -> Iterator[Blob]:
    """Yield the files that a document names, prompts first."""
    known = {step: sounds.prompts[step] for step in STEPS if step in sounds.prompts}
    for sound in (*known.values(), *sounds.music):
        yield sound.blob
