"""Long lists: one page of rows at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS = 50


def page_of(request: HttpRequest, rows: Any, size: int = ROWS) -> Page[Any]:
    """Return the page of ``rows`` that ``?page=`` asks for; the nearest one for a number out of range."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
