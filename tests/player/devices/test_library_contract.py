"""One contract for the library in memory and the one on the disk."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.core.library import Library
from player.devices.library import GenerationLibrary
from player.folders import BoxFolders
from player.workers.catalogue_index import build_index
from playlists.documents import CatalogueEntry
from playlists.generation import INDEX, Accepted, load
from playlists.generation_writer import GenerationWriter
from tests.fakes.library import WORDS, FakeLibrary

Make = Callable[[list[CatalogueEntry]], Library]


def entry(number: int, *category: str, released: str = "2026-03-01") -> CatalogueEntry:
    return CatalogueEntry(
        id=f"course-{number}",
        number=number,
        title=f"第{number}课",
        category=category,
        minutes=30,
        lessons=2,
        released=released,
        bytes_by_height={240: 1000, 720: 9000},
    )


ENTRIES = [
    entry(1, "种植", "蔬菜", "大棚"),
    entry(2, "种植", "蔬菜", "露地", released="2026-03-05"),
    entry(3, "种植", "果树"),
    entry(4, "养殖", released="2026-02-01"),
    entry(128, "种植", "蔬菜", "大棚", released="2026-03-02"),
]


def publish(folders: BoxFolders, entries: list[CatalogueEntry]) -> None:
    folders.make()
    writer = GenerationWriter(folders.generations, load(folders.generations))
    writer.write(INDEX, build_index(entries))
    writer.publish(Accepted(roles={}, signed_ms=0, expires_ms=0, online_keys=()), source="test", synced_ms=0)


def write_words(folder: Path) -> None:
    """Write the fake's words as files, their order as weights."""
    for spelling, words in WORDS.items():
        lines: dict[str, str] = {}
        for weight, (word, keys) in zip("9876543210", words.items(), strict=False):
            lines[keys] = lines.get(keys, "") + word + weight
        text = "".join(f"{keys}\t{found}\n" for keys, found in sorted(lines.items()))
        (folder / f"{spelling}.txt").write_text(text, "utf-8")


@pytest.fixture(params=["in memory", "on the disk"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    opened: list[GenerationLibrary] = []

    def on_the_disk(entries: list[CatalogueEntry]) -> Library:
        publish(BoxFolders(tmp_path), entries)
        write_words(tmp_path)
        opened.append(GenerationLibrary(BoxFolders(tmp_path), tmp_path))
        return opened[-1]

    yield FakeLibrary if request.param == "in memory" else on_the_disk
    for library in opened:
        library.close()


def test_the_tree_lists_what_lies_directly_below_the_largest_first(make: Make) -> None:
    library = make(ENTRIES)
    assert library.categories(()) == [("种植", 4), ("养殖", 1)]
    assert library.categories(("种植",)) == [("蔬菜", 3), ("果树", 1)]
    assert library.categories(("种植", "蔬菜")) == [("大棚", 2), ("露地", 1)]
    assert library.categories(("养殖",)) == library.categories(("没有",)) == []


def test_a_category_holds_its_own_courses_and_those_below_newest_first(make: Make) -> None:
    library = make(ENTRIES)
    assert [one.number for one in library.courses(("种植",), 0, 10)] == [2, 128, 3, 1]
    assert [one.number for one in library.courses((), 0, 10)] == [2, 128, 3, 1, 4]
    assert [library.count(path) for path in ((), ("种植",), ("种植", "蔬菜", "大棚"), ("没有",))] == [5, 4, 2, 0]


def test_a_list_is_read_by_pages(make: Make) -> None:
    library = make(ENTRIES)
    assert [one.number for one in library.courses((), 1, 2)] == [128, 3]
    assert library.courses((), 5, 10) == library.courses(("没有",), 0, 10) == []


def test_a_course_is_found_by_id_and_by_the_number_that_is_keyed_in(make: Make) -> None:
    library = make(ENTRIES)
    assert library.entry("course-128") == library.by_number(128) == ENTRIES[4]
    assert library.entry("nothing") is None
    assert library.by_number(7) is None


def test_of_two_courses_with_one_number_the_newest_is_meant(make: Make) -> None:
    twin = entry(9, "养殖", released="2026-03-09")
    library = make([entry(3, "种植"), CatalogueEntry(**{**_fields(twin), "number": 3})])
    found = library.by_number(3)
    assert found is not None
    assert found.id == "course-9"


def test_digits_find_a_number_first_then_titles_by_their_initials_page_by_page(make: Make) -> None:
    titles = {94: "lzzs", 5: "xgjg", 6: "dpxgzp", 7: "xgys", 8: "nzw"}
    entries = [
        CatalogueEntry(**{**_fields(entry(number, "种植")), "initials": initials})
        for number, initials in titles.items()
    ]
    library = make(entries)
    assert [one.number for one in library.search("94", 0, 9)[1]] == [94, 7, 5, 6]
    assert library.search("94", 2, 1) == (4, [entries[1]])
    assert [one.number for one in library.search("599", 0, 9)[1]] == [94, 8]
    assert library.search("", 0, 9) == library.search("222222", 0, 9) == (0, [])


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("94264", ["想", "香", "香菇", "相信"]),
        ("942", ["想", "香", "香菇", "相信"]),
        ("9426448", ["香菇"]),
        ("94264480", []),
        ("5", []),
        ("", []),
    ],
)
def test_keys_spell_words_first_in_full_then_what_begins_so(make: Make, keys: str, words: list[str]) -> None:
    assert make([]).words("pinyin", keys, 0, 9) == words


def test_words_are_read_by_pages_and_each_spelling_has_its_own(make: Make) -> None:
    library = make([])
    assert library.words("pinyin", "94264", 1, 2) == ["香", "香菇"]
    assert library.words("strokes", "1234", 0, 9) == ["木", "李", "桂"]
    assert library.words("strokes", "94264", 0, 9) == []


def test_without_its_files_a_box_has_no_words(tmp_path: Path) -> None:
    (tmp_path / "strokes.txt").touch()
    library = GenerationLibrary(BoxFolders(tmp_path), tmp_path)
    assert library.words("pinyin", "94", 0, 9) == library.words("strokes", "1", 0, 9) == []
    library.close()


def test_an_empty_catalogue_answers_everything_with_nothing(make: Make) -> None:
    library = make([])
    assert (library.categories(()), library.courses((), 0, 9), library.count(())) == ([], [], 0)
    assert library.entry("course-1") is library.by_number(1) is None


def _fields(one: CatalogueEntry) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_a_random_catalogue_is_answered_alike_on_disk_and_in_memory(tmp_path: Path) -> None:
    chance = random.Random(2)
    names = ["种植", "养殖", "党建", "法律"]
    days = [f"2026-01-{day:02}" for day in range(1, 29)]
    entries = [
        entry(number, *chance.choices(names, k=chance.randint(1, 3)), released=chance.choice(days))
        for number in range(300)
    ]
    publish(BoxFolders(tmp_path), entries)
    real, fake = GenerationLibrary(BoxFolders(tmp_path)), FakeLibrary(entries)
    for path in [(), *{one.category[:depth] for one in entries for depth in (1, 2, 3)}]:
        assert real.categories(path) == fake.categories(path)
        assert real.count(path) == fake.count(path)
        assert real.courses(path, 3, 7) == fake.courses(path, 3, 7)
    real.close()


def test_a_new_generation_is_gone_over_to_and_a_damaged_index_is_not_read(tmp_path: Path) -> None:
    folders = BoxFolders(tmp_path / "a ? # %20 name")
    library = GenerationLibrary(folders)
    assert library.count(()) == 0
    publish(folders, ENTRIES[:2])
    assert library.count(()) == 2
    publish(folders, ENTRIES)
    assert library.count(()) == 5
    library.close()
    index = folders.generations / "2" / INDEX
    index.write_bytes(index.read_bytes().replace("第3课".encode(), "第8课".encode()))
    again = GenerationLibrary(folders)
    assert again.count(()) == 2
    again.close()


def test_questions_take_a_few_milliseconds_at_five_thousand_courses(tmp_path: Path) -> None:
    chance = random.Random(4)
    tops = [f"大类{number}" for number in range(12)]
    entries = [entry(number, chance.choice(tops), f"小类{number % 40}") for number in range(5000)]
    publish(BoxFolders(tmp_path), entries)
    library = GenerationLibrary(BoxFolders(tmp_path))
    library.count(())
    began = time.monotonic()
    for _ in range(20):
        library.categories(())
        library.courses((), 4900, 10)
        library.count((tops[0],))
        library.by_number(4999)
        library.search("94", 0, 4)
    assert (time.monotonic() - began) / 100 < 0.003
    library.close()
