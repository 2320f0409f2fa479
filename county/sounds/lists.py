"""The list of sounds, and what is off every television whatever it says. Reads only."""

from __future__ import annotations

from county.courses.models import UploadState
from county.signing.lists import SignedList
from county.sounds.models import MUSIC, Recording, SoundList
from playlists import documents, sound_steps
from playlists.codec import decode_document, encode_document
from playlists.sound_steps import STEPS
from playlists.targets import SOUNDS
from playlists.trust.roles import SOUNDS_ROLE

SOUND_LIST = SignedList(SOUNDS_ROLE, SOUNDS, SoundList, "声音", encode_document(documents.Sounds()))


def sounds_of(found: SoundList | None) -> documents.Sounds:
    """Return what stands in a list."""
    return decode_document(documents.Sounds, bytes(found.body), SOUNDS) if found else documents.Sounds()


def usable(kind: str) -> list[Recording]:
    """Return the recordings of a step, or the music, that the next list may name."""
    rows = Recording.objects.filter(kind=kind, state=UploadState.READY, removed=False, replaced=False)
    return list(rows.order_by("id"))


def present_list() -> bytes:
    """Return the list as it stands now, as it would be published."""
    prompts: dict[str, documents.Sound] = {step: _sound(rows[-1]) for step in STEPS if (rows := usable(step))}
    music = tuple(_sound(row) for row in usable(MUSIC))
    return encode_document(documents.Sounds(prompts=prompts, music=music))


def stopped() -> tuple[str, ...]:
    """Return the files that no television may let be heard, though the published list names them."""
    named = _digests(sounds_of(SOUND_LIST.seen()))
    kept = _digests(decode_document(documents.Sounds, present_list(), SOUNDS))
    gone = set(Recording.objects.filter(removed=True).exclude(sha256="").values_list("sha256", flat=True))
    return tuple(sorted(named & gone - kept))


def _digests(sounds: documents.Sounds) -> set[str]:
    return {blob.sha256 for blob in sound_steps.blobs(sounds)}


def _sound(row: Recording) -> documents.Sound:
    blob = documents.Blob(sha256=row.sha256, bytes=row.blob_bytes, chunk_list=row.chunk_list or None)
    return documents.Sound(duration_ms=row.duration_ms, blob=blob)
