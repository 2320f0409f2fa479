"""To which month of the village's wall time a moment belongs. Called by the drawing of records and by the figures."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

FIRST_MS = 1_577_836_800_000  # 2020: no box is older; an earlier moment is that of a clock which was never set
LAST_MS = 32_503_680_000_000  # 3000


def month_of(moment_ms: int) -> str:
    """Return ``YYYY-MM`` for ms since 1970 UTC, empty for what no set clock can have shown."""
    if not FIRST_MS <= moment_ms < LAST_MS:
        return ""
    local = datetime.fromtimestamp(moment_ms / 1000, timezone.get_default_timezone())
    return f"{local.year:04}-{local.month:02}"


def moment_of(moment_ms: int) -> datetime | None:
    """Return the moment, None for what no set clock can have shown."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC) if FIRST_MS <= moment_ms < LAST_MS else None
