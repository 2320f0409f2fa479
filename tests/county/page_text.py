"""What a person reads on a page: its text without marks."""

from __future__ import annotations

import html
import re
from typing import Any


def text(response: Any) -> str:
    """Return the words of a page, spaces folded."""
    body = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
