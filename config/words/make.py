"""Make `pinyin.txt` and `strokes.txt` again: `python -m config.words.make FOLDER`, called by `./run words`.

Read are the data inside the archives of two packages, whose code is never run, and pypinyin, which the county uses too.
The result depends on nothing else, so that the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import tarfile
import zipfile
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

HERE: Final = Path(__file__).parent
FREQUENCIES: Final = "jieba3-1.0.2-py3-none-any.whl"
STROKES: Final = "cnchar-order-3.2.6.tgz"
SHA256: Final = {
    FREQUENCIES: "b6f33845d8dc32a7a55db95611efef7de5d42ba9964716d26f8d22d20cee9785",
    STROKES: "98112307108d5815203d6eeafae05fac332f2040433f006782e305e96e729d58",
}
SELDOM: Final = {2: 12, 3: 20, 4: 50}  # a word of so many characters is left out if it was counted less often
IN_THE_VILLAGE: Final = 100_000  # a villager's word counts as if it had been counted so often
BY_INITIALS: Final = 60  # so many words are found by the first letters of their characters
AHEAD: Final = 40  # so many are shown before all of a word is spelt
MANY_LINES: Final = 200  # a beginning that more lines share has its words in a line of its own
WEIGHTS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS: Final = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
DIGIT: Final = {letter: str(digit) for digit, letters in enumerate(_LETTERS, 2) for letter in letters}
# The shapes of the source as the five strokes: 1 across (a rising one too), 2 down (also with a hook), 3 to the left,
# 4 a dot or to the right, 5 whatever turns (GB 13000.1 stroke order).
STROKE: Final = {**dict.fromkeys("abcehmnopqrtuvwxyz", "5"), **dict.fromkeys("ji", "1"), **dict.fromkeys("fg", "2"),
                 "s": "3", **dict.fromkeys("kdl", "4")}  # fmt: skip

Table = dict[str, dict[str, float]]  # by key: how often each word is wanted


def main() -> int:
    """Write both files from the archives in a folder."""
    parser = argparse.ArgumentParser(prog="./run words", description="Make config/words/*.txt again.")
    parser.add_argument("sources", type=Path, help=f"the folder that holds {' and '.join(SHA256)}")
    folder = parser.parse_args().sources
    counted, orders = read_counts(folder), read_orders(folder)
    village = read_village(HERE / "village.txt")
    counted = dict.fromkeys(village, 1) | counted
    characters = {one for one in {*"".join(counted), *orders} if is_common(one, orders)}
    words = {word: count for word, count in counted.items() if set(word) <= characters}
    often = Counter[str]()
    for word, count in words.items():
        often.update(dict.fromkeys(word, count))
    write(HERE / "pinyin.txt", by_pinyin(words, often, characters, frozenset(village)))
    write(HERE / "strokes.txt", {key: {one: often[one] for one in ones} for key, ones in by_strokes(orders).items()})
    return 0


def read_village(path: Path) -> list[str]:
    """Return the words that villagers write."""
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def read_counts(folder: Path) -> dict[str, int]:
    """Return how often each Chinese word of up to four characters was counted."""
    with zipfile.ZipFile(checked(folder, FREQUENCIES)) as archive:
        counted = json.loads(archive.read("jieba3/model.base.json"))["freq"]
    return {word: count for word, count in counted.items() if count and re.fullmatch("[\u4e00-\u9fff]{1,4}", word)}


def read_orders(folder: Path) -> dict[str, str]:
    """Return the order of strokes of each simplified character, in the source's letters."""
    with tarfile.open(checked(folder, STROKES)) as archive:
        member = archive.extractfile("package/cnchar.order.min.js")
        assert member is not None
        found = re.search(r"JSON\.parse\('(\{.*?\})'\)", member.read().decode())
    assert found is not None
    return dict(json.loads(found[1]))


def checked(folder: Path, name: str) -> Path:
    """Return the path of a source that is the one we know; end the program if it is not."""
    path = folder / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[name]:
        sys.exit(f"{path}: is not the file that config/words/make.py was written for")
    return path


def is_common(character: str, orders: Mapping[str, str]) -> bool:
    """Return whether a character is one that villagers may want to write: of GB 2312, or with a known stroke order."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return character in orders
    return True


def by_pinyin(
    words: Mapping[str, int], often: Mapping[str, int], characters: Iterable[str], village: frozenset[str] = frozenset()
) -> Table:
    """Return words by the digits of all their letters and by those of their initials, single characters by reading."""
    table: Table = defaultdict(dict)
    initials: Table = defaultdict(dict)
    read: Counter[tuple[str, str]] = Counter()
    for word, count in words.items():
        syllables = lazy_pinyin(word, style=Style.NORMAL)
        if len(word) < 2 or len(syllables) != len(word):
            continue
        read.update(dict.fromkeys(zip(word, syllables, strict=True), count))
        wanted = max(count, IN_THE_VILLAGE) if word in village else count
        if wanted >= SELDOM[len(word)]:
            want(table, "".join(syllables), word, wanted)
            want(initials, "".join(syllable[0] for syllable in syllables), word, wanted / 2)
    for key, found in initials.items():
        best = sorted(found, key=lambda word: (-found[word], word))
        for word in islice(best, BY_INITIALS):
            table[key][word] = max(table[key].get(word, 0), found[word])
    for character in characters:
        for reading, share in readings(character, read):
            want(table, reading, character, max(0.5, often.get(character, 0) * share))
    return table


def readings(character: str, read: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, float]]:
    """Yield the readings of a character, each with its share in what is written."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    known = [one for one in dict.fromkeys(found) if one.isascii() and one.isalpha()]
    total = sum(read.get((character, one), 0) for one in known)
    for index, one in enumerate(known):
        yield one, read.get((character, one), 0) / total if total else 0.98 if index == 0 else 0.02


def want(table: Table, letters: str, word: str, count: float) -> None:
    """Note a word under the digits of some letters."""
    held = table[digits_of(letters)]
    held[word] = max(held.get(word, 0), count)


def digits_of(letters: str) -> str:
    """Return the keys of a telephone for letters; ü stands on v's key and u's alike."""
    return "".join(DIGIT[letter] for letter in letters)


def by_strokes(orders: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the characters by the digits of their strokes."""
    table: dict[str, list[str]] = defaultdict(list)
    for character, shapes in sorted(orders.items()):
        table["".join(STROKE[shape] for shape in shapes)].append(character)
    return table


def write(path: Path, table: Mapping[str, Mapping[str, float]]) -> None:
    """Write a table as sorted lines, with the lines of beginnings that many share."""
    lines = [*((key, encoded(found)) for key, found in table.items()), *ahead(table)]
    path.write_text("".join(f"{key}\t{words}\n" for key, words in sorted(lines)), encoding="utf-8")
    sys.stderr.write(f"{path.name}: {len(lines)} lines, {path.stat().st_size} bytes\n")


def ahead(table: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[str, str]]:
    """Yield, for each beginning that many keys share, the words wanted most of those that it begins."""
    keys = sorted(table)
    for start in sorted({key[:length] for key in keys for length in range(1, len(key) + 1)}):
        first, last = bisect_left(keys, start), bisect_left(keys, start + ":")
        if last - first > MANY_LINES:
            found: dict[str, float] = {}
            for key in keys[first:last]:
                if key != start:
                    found |= {word: max(count, found.get(word, 0)) for word, count in table[key].items()}
            yield start + "*", encoded(found, AHEAD)


def encoded(found: Mapping[str, float], most: int | None = None) -> str:
    """Return words, those wanted most first, each followed by its weight."""
    best = sorted(found, key=lambda word: (-found[word], word))
    return "".join(f"{word}{weight(found[word])}" for word in best[:most])


def weight(count: float) -> str:
    """Return how much a word is wanted as one letter: four steps for each power of ten."""
    return WEIGHTS[min(len(WEIGHTS) - 1, int(4 * math.log10(count + 1)))]


if __name__ == "__main__":
    sys.exit(main())
