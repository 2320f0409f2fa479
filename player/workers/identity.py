"""The identity worker: makes the box's Ed25519 key at the first start of all, and says its fingerprint.

The key is its own file, readable by its owner only and never sent; the fingerprint is kept beside it, so that
the player knows its name without any cryptography.
"""

from __future__ import annotations

from pathlib import Path

from player.workers.child import Say, live
from player.workers.messages import IdentityResult, IdentitySpec
from playlists.errors import BadData
from playlists.files import write_durably
from playlists.keys import load_or_generate


def main() -> int:
    """Run as a worker process."""
    return live(IdentitySpec, identify)


def identify(spec: IdentitySpec, say: Say) -> IdentityResult:  # noqa: ARG001 - the result says it all
    """Read or make the key; return its fingerprint."""
    try:
        fingerprint = load_or_generate(Path(spec.key_file)).fingerprint
        write_durably(Path(spec.fingerprint_file), fingerprint.encode())
    except (BadData, OSError) as error:
        return IdentityResult(error=str(error))
    return IdentityResult(fingerprint=fingerprint)
