"""The text of subtitles: whatever a clerk's program wrote, in whatever coding, becomes WebVTT in Unicode.

SubRip knows three marks, ``<i>``, ``<b>`` and ``<u>``, which WebVTT has too; every other ``<`` and ``&`` in it is a
sign to be read, and is written so that WebVTT means the same (W3C WebVTT, 4.2.2). What programs add for themselves,
such as ``<font>`` or ``{\\an8}``, is left out. Pure. Called by `county.courses.subtitles`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from county.errors import Refused

_HEAD: Final = "WEBVTT"
_CUE: Final = re.compile(
    r"^[ \t]*(?:(\d{1,2}):)?(\d\d:\d\d)[.,](\d{3})[ \t]*-->[ \t]*(?:(\d{1,2}):)?(\d\d:\d\d)[.,](\d{3})",
    re.MULTILINE,
)
_MARK: Final = re.compile(r"</?[ibu]>", re.IGNORECASE)  # means the same in both
_ADDED: Final = re.compile(r"</?font\b[^>]*>|\{\\[^}]*\}", re.IGNORECASE)
_UNICODE: Final = ("utf-8-sig", "utf-16")
_CHINESE: Final = ("gb18030", "big5")  # mainland first: what could be either is that


def decoded(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        Refused: It is no text in a coding that is usual here, or holds no subtitle.
    """
    for coding in _UNICODE:
        text = _read(data, coding)
        if "-->" in text:
            return text
    texts = [text for coding in _CHINESE if "-->" in (text := _read(data, coding))]
    if not texts:
        raise Refused("字幕文件读不出来，请另存为 UTF-8 文字")
    return max(texts, key=_common_share)


def as_webvtt(text: str) -> str:
    """Return subtitles as WebVTT with full times.

    Raises:
        Refused: There is no subtitle in the text, or one whose times no player would read.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not _CUE.search(plain):
        raise Refused("文件里没有字幕，请传 .vtt 或 .srt 文件")
    for number, line in enumerate(plain.split("\n"), 1):
        if "-->" in line and not _CUE.match(line):
            raise Refused(f"字幕第 {number} 行的时间“{line[:40]}”读不懂，应像 00:01:02,500 --> 00:01:04,000")
    is_webvtt = plain.startswith(_HEAD)
    said = plain if is_webvtt else "\n".join(line if "-->" in line else _meant(line) for line in plain.split("\n"))
    timed = _CUE.sub(lambda cue: f"{_full(cue[1], cue[2])}.{cue[3]} --> {_full(cue[4], cue[5])}.{cue[6]}", said)
    return (timed if is_webvtt else f"{_HEAD}\n\n{timed}") + "\n"


def _full(hours: str | None, rest: str) -> str:
    return f"{int(hours or 0):02}:{rest}"


def _meant(line: str) -> str:
    """Return a line of SubRip as WebVTT says the same; a sign that is written as ``&lt;`` already stays so."""
    return "".join(_pieces(_ADDED.sub("", line)))


def _pieces(line: str) -> Iterator[str]:
    at = 0
    for mark in _MARK.finditer(line):
        yield _escaped(line[at : mark.start()])
        yield mark[0].lower()
        at = mark.end()
    yield _escaped(line[at:])


def _escaped(words: str) -> str:
    return html.escape(html.unescape(words), quote=False)


# --- codings


def _read(data: bytes, coding: str) -> str:
    """Return the text in a coding, empty if it is none."""
    try:
        return data.decode(coding)
    except UnicodeDecodeError:
        return ""


def _common_share(text: str) -> float:
    """Return which share of the signs beyond ASCII is in everyday use: read in the wrong coding, few are."""
    signs = [sign for sign in text if sign > "\x7f"]
    return sum(_is_common(sign) for sign in signs) / max(1, len(signs))


def _is_common(sign: str) -> bool:
    """Return whether it is a common sign of GB 2312 or Big5 (level 1 of each), or one of their marks."""
    return _leads(sign, "gb2312", 0xA1, 0xA3, 0xB0, 0xD7) or _leads(sign, "big5", 0xA1, 0xA3, 0xA4, 0xC6)


def _leads(sign: str, coding: str, *ranges: int) -> bool:
    code = sign.encode(coding, "ignore")
    marks, words = ranges[:2], ranges[2:]
    return len(code) == 2 and (marks[0] <= code[0] <= marks[1] or words[0] <= code[0] <= words[1])
