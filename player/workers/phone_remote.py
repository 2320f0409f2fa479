"""The telephone's worker: ``python -m player.workers phone_remote``; see `player.workers.phone`."""

from __future__ import annotations

from pathlib import Path

from player.workers.child import live
from player.workers.messages import PhoneSpec
from player.workers.phone import sandbox, serving


def main() -> int:
    """Run as a worker process."""
    return live(PhoneSpec, serving.serve, prepare=lambda spec: sandbox.lock_in([Path(spec.generations)]))
