"""The demo county's office: everything that people there would do in their first weeks, done by the same functions
that the pages call. Films go the real road: upload → renditions → first review → second review → release → published.

Runs as ``python -m demo.office DATA_FOLDER FILMS_FOLDER [COURSE_NUMBER…]`` in a process of its own, because Django is
set up once a process. It says on standard output what it does.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from demo import sounds
from demo.lessons import CourseScript, make_all
from demo.people import OFFLINE_PASSPHRASE, PEOPLE, REVIEW_PASSPHRASE
from demo.register import COUNTY, SiteRow, register, site_name

if TYPE_CHECKING:
    from county.accounts.models import Person
    from county.places.models import Place

# Django's rooms can be imported only after its settings have read the environment.
# ruff: noqa: PLC0415

EXPECTED_HEADS = 37
WEEKLY = ((128, "食用菌管理", 1, "19:30"), (101, "番茄整枝", 3, "19:30"), (205, "用电用火安全", 5, "15:00"))
MARKETS = ("农历 3 6 9", "农历 2 5 8", "星期六", "每 6 天 2026-03-06")
PAGES = (
    ("本月学习安排", "每周三次集中学习，时间见“集中学习”。\n\n想学别的内容，请在“点播申请”里提出来。"),
    ("春季防火提醒", "野外用火先报告。发现火情，请立即告诉村委会。"),
)


def main(data: Path, films: Path, numbers: frozenset[int] = frozenset()) -> int:
    """Set up the office in ``data`` with the films of ``films``; 0 when all is published.

    Args:
        data: The county's data folder, not yet there.
        films: Where films are kept from one time to the next.
        numbers: The courses to have; all if empty.
    """
    os.environ["YUANJIAO_COUNTY_DATA"] = str(data)
    os.environ["YUANJIAO_COUNTY_COUNTY"] = COUNTY
    os.environ.setdefault("YUANJIAO_COUNTY_ENCODER_PRESET", "ultrafast")
    from county.command import set_up_django

    set_up_django()
    _found(data)
    _say(f"{len(_enter_register())} sites in the register")
    people = _invite(data)
    _say(f"{len(people)} people can log in")
    made = make_all(films, numbers)
    for course, files in made:
        _hand_in(course, files, people)
    _transcode()
    for course, _files in made:
        _pass_and_release(course, people)
    _sounds(films, people)
    _plan(people)
    _inform(people)
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


def _found(data: Path) -> None:
    from county.founding import Offline, found_county

    data.mkdir(parents=True)
    found_county(("127.0.0.1", "localhost"), Offline(data / "offline-keys", OFFLINE_PASSPHRASE), datetime.now(UTC))


def _enter_register() -> list[SiteRow]:
    from django.db import transaction

    from county.places.models import Line, PlaceKind
    from county.places.tree import SiteFacts, add_place, add_site

    places: dict[str, Place] = {}
    rows = register()
    with transaction.atomic():
        for number, row in enumerate(rows):
            zone = row.name.endswith("开发区")
            kind = PlaceKind.ZONE if zone else PlaceKind(row.kind)
            place = add_place(f"{row.kind}-{number:03d}", kind, row.name, places.get(row.parent))
            places[row.name] = place
            facts = SiteFacts(line=Line(row.line), expected=EXPECTED_HEADS)
            add_site(f"site-{number:03d}", place, site_name(row), facts)
    return rows


def _invite(data: Path) -> dict[str, Person]:
    from county.accounts.models import Role
    from county.accounts.people import add_person, give_reviewer_key
    from county.founding import Offline, seat_reviewers
    from county.places.models import Place

    people: dict[str, Person] = {}
    for person in PEOPLE:
        place = Place.objects.get(name=person.place) if person.place else None
        account = add_person(person.username, person.password, Role(person.role), person.name, place)
        people[person.username] = account
        if person.role == "reviewer":
            give_reviewer_key(account, REVIEW_PASSPHRASE)
    seat_reviewers(Offline(data / "offline-keys", OFFLINE_PASSPHRASE), datetime.now(UTC))
    return people


def _hand_in(script: CourseScript, files: list[Path], people: dict[str, Person]) -> None:
    from county.courses.editing import CourseText, add_lesson, create_course, receive_upload

    text = CourseText(
        script.title, script.category, script.provider, script.source, script.approval_number, script.summary
    )
    course = create_course(text, people["operator"], number=script.number)
    for lesson, file in zip(script.lessons, files, strict=True):
        with file.open("rb") as film:
            receive_upload(
                add_lesson(course, lesson.title), file.name, iter(lambda: film.read(1 << 20), b""), people["operator"]
            )
    _say(f"uploaded {script.number} {script.title}: {sum(file.stat().st_size for file in files)} bytes")


def _transcode() -> None:
    from county.courses.models import Rendition
    from county.jobs.runner import Runner
    from county.jobs.works import WORKS

    jobs = Runner(WORKS, lease_s=60).run_until_empty()
    _say(f"{jobs} films became {Rendition.objects.count()} renditions")


def _pass_and_release(script: CourseScript, people: dict[str, Person]) -> None:
    from county.courses.models import Course
    from county.courses.review import pass_first, pass_second, release

    course = Course.objects.get(number=script.number)
    pass_first(course, people["reviewer1"], REVIEW_PASSPHRASE)
    pass_second(course, people["reviewer2"], REVIEW_PASSPHRASE)
    publication = release(course, people["leader"])
    _say(f"released {script.number} {script.title}: roles {', '.join(publication.roles)}")


def _sounds(films: Path, people: dict[str, Person]) -> None:
    """A sound for every step and one piece of music, through all hands."""
    from county.jobs.runner import Runner
    from county.jobs.works import WORKS
    from county.signing.review import release, sign
    from county.sounds.editing import SoundWish, propose, receive
    from county.sounds.lists import SOUND_LIST
    from county.sounds.models import MUSIC
    from county.sounds.steps import WORDS

    files = {step: sounds.motif(step, films / "sounds") for step in WORDS}
    titles = {step: f"示例提示音：{words.name}（合成音，请换成录音）" for step, words in WORDS.items()}
    for kind, file in (*files.items(), (MUSIC, sounds.music(films / "sounds"))):
        title = titles.get(kind, "示例音乐（合成音）")  # type: ignore[call-overload]  # music is no step
        receive(SoundWish(kind, title, file.name), [file.read_bytes()], people["operator"])
    Runner(WORKS, lease_s=60).run_until_empty()
    found = propose(people["operator"])
    for reviewer in ("reviewer1", "reviewer2"):
        sign(SOUND_LIST, found.sha256, people[reviewer], REVIEW_PASSPHRASE)
    publication = release(SOUND_LIST, found.sha256, people["leader"])
    _say(f"{len(files)} prompts and music: roles {', '.join(publication.roles)}")


def _plan(people: dict[str, Person]) -> None:
    """Weekly sessions for the whole county, so that every home screen has a next session and courses to play."""
    from django.utils import timezone

    from county.courses.models import Course
    from county.plans.planning import Item, SessionWish, save_playlist, save_session
    from county.publishing.publish import publish

    courses = {course.number: course.pk for course in Course.objects.all()}
    today = timezone.localdate()
    weekly = [row for row in WEEKLY if row[0] in courses]
    for number, what, days, at in weekly:
        playlist = save_playlist(f"{what}集中学习", [Item(courses[number])], people["operator"])
        starts = f"{(today + timedelta(days=days)).isoformat()}T{at}"
        wish = SessionWish(
            f"每周集中学习：{what}", playlist.pk, starts, recurrence="FREQ=WEEKLY", expected=EXPECTED_HEADS
        )
        save_session("county", wish)
    _say(f"planned {len(weekly)} sessions every week; published: {', '.join(publish().roles)}")


def _inform(people: dict[str, Person]) -> None:
    """Market days of the townships; a page that somebody has passed, and one that waits for somebody."""
    from django.utils import timezone

    from county.places.markets import TOWNSHIPS, set_township_market
    from county.places.models import Place
    from county.plans.information import PageWish, save_page
    from county.plans.passing import pass_wording
    from county.publishing.publish import publish

    for number, place in enumerate(Place.objects.filter(kind__in=TOWNSHIPS)):
        set_township_market(place, MARKETS[number % len(MARKETS)])
    today = timezone.localdate()
    pages = [save_page("county", PageWish(title, text, today), people["operator"]) for title, text in PAGES]
    pass_wording(pages[0].pk, people["leader"])
    _say(f"{len(pages)} pages of information, one passed; published: {', '.join(publish().roles)}")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), frozenset(map(int, sys.argv[3:]))))
