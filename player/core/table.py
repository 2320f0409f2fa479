"""State tables: (state, kind of event) → what to do, one table a life, so that a test can walk every pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from .turn import Turn

Row = Callable[[Turn, Any], None]
Table = Mapping[tuple[Enum, type], Row]


class UnknownPair(Exception):
    """No row of a table says what to do: a mistake of ours, logged in production and raised in tests."""

    def __init__(self, state: Enum, event: object) -> None:
        super().__init__(f"nothing is said about {type(event).__name__} in {state}")


def nothing(turn: Turn, event: object) -> None:
    """Let it pass: it was thought of, and changes nothing."""


def follow(table: Table, state: Enum, turn: Turn, event: object) -> None:
    """Do what the table says.

    Raises:
        UnknownPair: It says nothing.
    """
    row = table.get((state, type(event)))
    if row is None:
        raise UnknownPair(state, event)
    row(turn, event)
