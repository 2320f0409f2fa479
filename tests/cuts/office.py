"""The office of the county under test: a process of its own, because Django is set up once a process.

``python -m tests.cuts.office`` reads one JSON command a line and answers with one line: ``{"do": NAME, …}``. The
county's data folder and database come from the environment, as for every ``yuanjiao county`` command. `Office` is its
other side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

# Django's rooms can be imported only after its settings have read the environment.
# ruff: noqa: PLC0415

FIRST_SESSION = timedelta(hours=4)  # none begins by itself while the test runs
SESSION_STEP = timedelta(minutes=1)
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Office:
    """The office's process, seen from the test.

    Args:
        data: The county's data folder.
        environment: What is set beside our own environment, such as the database.
    """

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cuts.office"],
            env=os.environ | environment | {"YUANJIAO_COUNTY_DATA": str(data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def found(self, films: list[Path], sessions: int, public_key: str) -> None:
        """Found the county; one course of these films, so many sessions with it, one bound box."""
        self._ask("found", films=[str(film) for film in films], sessions=sessions, public_key=public_key)

    def publish(self, notice: str) -> list[str]:
        """Publish another wording of an information page; return the roles that were signed anew."""
        roles: list[str] = self._ask("publish", notice=notice)
        return roles

    def held(self, box: str) -> dict[str, Any]:
        """Return what the county holds of a box."""
        held: dict[str, Any] = self._ask("held", box=box)
        return held

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def _ask(self, what: str, **more: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the office ended while it should {what}; see above")
        return json.loads(line)


def main() -> int:
    """Answer commands until there are no more."""
    from county.command import set_up_django

    set_up_django()
    from django.db import connections

    for line in sys.stdin:
        asked = json.loads(line)
        answer = COMMANDS[asked.pop("do")](**asked)
        connections.close_all()  # the database may be replaced by an older copy before the next command
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


def found(films: list[str], sessions: int, public_key: str) -> None:
    """See `Office.found`."""
    from django.conf import settings
    from django.test import override_settings

    from tests.county import world

    data = Path(settings.DATA)
    with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        world.found(data)
    county = world.County(data, world.Offline(data / "offline", "root passphrase"))
    course = _released_course(county, [Path(film) for film in films])
    _plan(course, sessions)
    _bind(bytes.fromhex(public_key), county)


def _released_course(county: Any, films: list[Path]) -> str:
    from county.courses.editing import add_lesson, create_course, receive_upload
    from county.courses.models import Course
    from county.courses.review import pass_first, pass_second, release
    from county.jobs.runner import Runner
    from county.jobs.works import WORKS
    from tests.county import world

    operator = county.person("zhou")
    course = create_course(world.TEXT, operator)
    for number, film in enumerate(films, 1):
        lesson = add_lesson(course, f"第{number}课")
        receive_upload(lesson, "film.mp4", iter([film.read_bytes()]), operator)
    Runner(WORKS, lease_s=60).run_until_empty()
    course = Course.objects.get(pk=course.pk)
    pass_first(course, county.person("li"), world.PASSPHRASE["li"])
    pass_second(course, county.person("wang"), world.PASSPHRASE["wang"])
    release(course, county.person("chen"))
    return str(course.pk)


def _plan(course: str, sessions: int) -> None:
    from django.utils import timezone

    from county.plans.planning import Item, SessionWish, save_playlist, save_session

    playlist = save_playlist("夜校节目单", [Item(course)], None)
    first = timezone.localtime(datetime.now(UTC) + FIRST_SESSION).replace(tzinfo=None)
    starts = [(first + SESSION_STEP * number).strftime("%Y-%m-%dT%H:%M") for number in range(sessions)]
    wish = SessionWish("夜校", playlist.pk, starts[0], extra=tuple(starts[1:]), gather_minutes=0, expected=27)
    save_session("county", wish)


def _bind(public_key: bytes, county: Any) -> None:
    from county.places.binding import bind, issue_code

    code = issue_code(public_key, "1.0", "127.0.0.1", datetime.now(UTC))
    bind(code.code, county.site, county.person("zhou"))


def publish(notice: str) -> list[str]:
    """See `Office.publish`."""
    from county.accounts.models import Person
    from county.plans.information import PageWish, save_page
    from county.plans.models import Wording
    from county.plans.passing import pass_wording
    from county.publishing.publish import publish as publish_now

    before = Wording.objects.order_by("-pk").first()
    page = save_page("county", PageWish("通知", notice), Person.objects.get(username="zhou"), before)
    pass_wording(page.pk, Person.objects.get(username="wang"))
    return list(publish_now().roles)


def held(box: str) -> dict[str, Any]:
    """See `Office.held`."""
    from county.inbox.models import Doubt, Entry, HeadCount, Play, SessionRecord, SetAside
    from county.inbox.models import Head as KeptHead

    head = KeptHead.objects.filter(box=box).first()
    doubts = [f"{one.kind} {one.seq} {one.detail}" for one in Doubt.objects.filter(box=box)]
    aside = [f"set aside {one.seq} {one.why}" for one in SetAside.objects.filter(box=box)]
    return {
        "head": head.seq if head else 0,
        "hash": head.hash if head else "",
        "entries": {one.seq: bytes(one.raw).hex() for one in Entry.objects.filter(box=box)},
        "plays": list(Play.objects.filter(box=box).order_by("seq").values_list("seq", flat=True)),
        "heads": list(HeadCount.objects.filter(box=box).values_list("session", flat=True)),
        "sessions": list(SessionRecord.objects.filter(box=box).values_list("session", flat=True)),
        "doubts": [*doubts, *aside],
    }


COMMANDS: dict[str, Callable[..., Any]] = {"found": found, "publish": publish, "held": held}

if __name__ == "__main__":
    sys.exit(main())
