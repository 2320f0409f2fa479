"""The stop-code worker: looks of which recent day a 停播码 is. It alone holds the box's key while it does."""

from __future__ import annotations

from pathlib import Path

from player.workers.child import Say, live
from player.workers.messages import StopCodeResult, StopCodeSpec
from playlists.errors import BadData
from playlists.keys import SigningKey
from playlists.stop_codes import box_secret, day_of


def main() -> int:
    """Run as a worker process."""
    return live(StopCodeSpec, check)


def check(spec: StopCodeSpec, say: Say) -> StopCodeResult:  # noqa: ARG001 - the result says it all
    """Return the day of the code."""
    try:
        secret = box_secret(SigningKey.load(Path(spec.key_file)), bytes.fromhex(spec.telephone_key))
    except (BadData, OSError, ValueError) as error:
        return StopCodeResult(error=str(error))
    return StopCodeResult(day=day_of(secret, spec.number, spec.code, spec.days))
