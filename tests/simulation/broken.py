"""A promise that was not kept: which one, and in words what happened."""

from __future__ import annotations


class Broken(AssertionError):
    """``promise`` is the number in DESIGN under "What must hold, always"; 0 is the simulation's own soundness."""

    def __init__(self, promise: int, what: str, *details: object) -> None:
        self.promise, self.what = promise, what
        said = ", ".join(str(detail) for detail in details)
        super().__init__(f"promise {promise}: {what}" + (f": {said}" if said else ""))

    @property
    def sort(self) -> str:
        """What two failures have in common that are the same mistake."""
        return f"{self.promise} {self.what}"
