"""The real worker process, spoken to as telephones and as strangers do, and locked in by the real kernel."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from demo.browser import CHROMIUM, FLAGS
from player.core import language
from player.folders import BoxFolders
from player.workers.messages import PhoneHeard, PhoneResult, PhoneShown, PhoneSpec, decode_message, encode_line
from tests.fakes.box import make_box, make_film

LOCKED_IN = """
import sys
from pathlib import Path
import player.workers.messages, playlists.generation
from player.workers.phone.sandbox import lock_in
key, generations, journal = map(Path, sys.argv[1:])
lock_in([generations])
import socket
for what, try_it in {
    "generation": lambda: (generations / "current").read_bytes(),
    "key": lambda: key.read_bytes(),
    "journal": lambda: journal.write_bytes(b"forged"),
    "passwords": lambda: Path("/etc/passwd").read_bytes(),
    "program": lambda: __import__("subprocess").run(["/bin/true"]),
    "call": lambda: socket.create_connection(("127.0.0.1", 9), 1),
}.items():
    try:
        try_it()
        print(what, "done")
    except PermissionError:
        print(what, "refused")
"""


class Telephone:
    """Somebody on the room's network."""

    def __init__(self, worker: Worker) -> None:
        self.host = worker.host
        self.cookie = ""

    def ask(self, method: str, path: str, says: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request as our page does, but for the headers given; return status and JSON."""
        own = {"Host": self.host, "Origin": f"http://{self.host}", "Cookie": self.cookie}
        connection = HTTPConnection(self.host, timeout=10)
        body = json.dumps(says) if says is not None else None
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {key: value for key, value in (own | given).items() if value})
        answer = connection.getresponse()
        if cookie := answer.headers.get("Set-Cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=Strict" in cookie
            self.cookie = cookie.partition(";")[0]
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if answer.headers["Content-Type"] == "application/json" else content


class Worker:
    """The process."""

    def __init__(self, folders: BoxFolders, **more: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        command = [sys.executable, "-m", "player.workers", "phone_remote"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        spec = PhoneSpec(generations=str(folders.generations), port=port, address="127.0.0.1", **more)
        self.tell(spec)
        self.shown = self.hear(PhoneShown)

    def tell(self, spec: PhoneSpec) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_line(spec))
        self.process.stdin.flush()

    def hear(self, kind: Any) -> Any:
        assert self.process.stdout is not None
        said = decode_message(self.process.stdout.readline())
        assert isinstance(said, kind), said
        return said

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(_box(tmp_path))
    yield worker
    worker.stop()


def _box(folder: Path) -> BoxFolders:
    return make_box(folder, [make_film(folder / "film.mp4", 1)])


@pytest.fixture
def telephone(worker: Worker) -> Telephone:
    telephone = Telephone(worker)
    assert telephone.ask("POST", "/pin", {"pin": worker.shown.pin}) == (200, {})
    worker.shown = worker.hear(PhoneShown)
    return telephone


def test_a_telephone_with_the_pin_presses_keys_searches_and_opens(worker: Worker, telephone: Telephone) -> None:
    assert worker.shown.telephones == 1
    assert telephone.ask("POST", "/press", {"button": "up"}) == (200, {})
    assert worker.hear(PhoneHeard) == PhoneHeard(button="up", course="")
    course = {"id": "mushrooms", "number": 128, "title": "大棚香菇栽培", "minutes": 1}
    for words in ("香菇", "DPXG", "128"):
        assert telephone.ask("GET", f"/search?words={_quoted(words)}") == (200, [course])
    assert telephone.ask("GET", f"/search?words={_quoted('没有这课')}") == (200, [])
    assert telephone.ask("POST", "/open", {"course": "mushrooms"}) == (200, {})
    assert worker.hear(PhoneHeard).course == "mushrooms"


def test_a_course_that_was_stopped_by_telephone_is_not_found(tmp_path: Path) -> None:
    worker = Worker(_box(tmp_path), without=("mushrooms",))
    telephone = Telephone(worker)
    assert telephone.ask("POST", "/pin", {"pin": worker.shown.pin}) == (200, {})
    for words in ("香菇", "DPXG", "128"):
        assert telephone.ask("GET", f"/search?words={_quoted(words)}") == (200, [])
    worker.stop()


def test_the_code_shown_leads_to_the_page_and_the_pin_changes_after_use(worker: Worker) -> None:
    first = worker.shown
    assert re.fullmatch(r"\d{6}", first.pin)
    assert first.url == f"http://{worker.host}/"
    assert len(first.code) == len(first.code[0]) >= 21
    telephone = Telephone(worker)
    status, page = telephone.ask("GET", "/")
    assert status == 200
    assert "远教遥控器" in page.decode()
    assert telephone.ask("POST", "/pin", {"pin": first.pin})[0] == 200
    assert Telephone(worker).ask("POST", "/pin", {"pin": first.pin}) == (403, {"error": "wrong", "tries_left": 4})
    assert worker.hear(PhoneShown).pin != first.pin


def test_five_wrong_pins_shut_the_door_and_the_television_is_told(worker: Worker) -> None:
    wrong = "000000" if worker.shown.pin != "000000" else "000001"
    answers = [Telephone(worker).ask("POST", "/pin", {"pin": wrong})[1] for _ in range(5)]
    assert [one.get("tries_left") for one in answers] == [4, 3, 2, 1, None]
    assert answers[-1] == {"error": "shut"}
    assert worker.hear(PhoneShown).shut
    assert Telephone(worker).ask("POST", "/pin", {"pin": worker.shown.pin}) == (403, {"error": "shut"})


@pytest.mark.parametrize(
    ("request_", "headers", "status"),
    [
        (("POST", "/press", {"button": "up"}), {"Cookie": ""}, 403),
        (("POST", "/press", {"button": "up"}), {"Cookie": "telephone=guessed"}, 403),
        (("GET", "/search?words=a"), {"Cookie": ""}, 403),
        (("POST", "/press", {"button": "up"}), {"Origin": "http://elsewhere.example"}, 403),
        (("POST", "/press", {"button": "up"}), {"Origin": ""}, 403),
        (("POST", "/press", {"button": "up"}), {"Sec_Fetch_Site": "cross-site"}, 403),
        (("POST", "/pin", {"pin": "123456"}), {"Origin": "http://elsewhere.example"}, 403),
        (("GET", "/"), {"Host": "elsewhere.example"}, 421),
        (("POST", "/press", {"button": "up"}), {"Host": "elsewhere.example"}, 421),
        (("POST", "/press", {"button": "format-disk"}), {}, 400),
        (("POST", "/press", {"knob": "up"}), {}, 400),
        (("POST", "/press", "up"), {}, 400),
        (("POST", "/press", {"button": "u" * 2_000}), {}, 413),
        (("POST", "/open", {"course": "../../key"}), {}, 400),
        (("GET", "/key"), {}, 404),
        (("DELETE", "/press"), {}, 404),
    ],
)
def test_what_our_own_page_would_not_send_is_refused(
    telephone: Telephone, request_: tuple[Any, ...], headers: dict[str, str], status: int
) -> None:
    assert telephone.ask(*request_, **headers)[0] == status
    assert telephone.ask("GET", "/search?words=128")[0] == 200  # and it goes on


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [sys.executable, "-m", "player.workers", "phone_remote"]
        spec = PhoneSpec(generations=str(tmp_path), port=other.getsockname()[1], address="127.0.0.1")
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(encode_line(spec))
            process.stdin.flush()
            said = decode_message(process.stdout.readline())
    assert isinstance(said, PhoneResult)
    assert "in use" in said.error


def test_the_process_reads_the_catalogue_and_nothing_else_of_the_box(tmp_path: Path) -> None:
    folders = _box(tmp_path)
    folders.journal.write_bytes(b"entries")
    arguments = [str(folders.key), str(folders.generations), str(folders.journal)]
    ran = subprocess.run(
        [sys.executable, "-c", LOCKED_IN, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.splitlines() == [
        "generation done", "key refused", "journal refused", "passwords refused", "program refused", "call refused",
    ], ran.stderr  # fmt: skip
    assert folders.journal.read_bytes() == b"entries"
    assert os.access(folders.key, os.R_OK)  # it was the lock that refused


def test_a_real_telephone_browser_enters_the_pin_presses_and_searches(worker: Worker) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN")
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(worker.shown.url)
        page.fill("#pin", "000000" if worker.shown.pin != "000000" else "000001")
        page.click("text=进入")
        page.wait_for_selector("text=号码不对，还可以再试 4 次")
        page.fill("#pin", worker.shown.pin)
        page.click("text=进入")
        page.click("[data-key=ok]")
        assert worker.hear(PhoneShown).telephones == 1
        assert worker.hear(PhoneHeard).button == "ok"
        page.fill("#words", "香菇")
        page.click("text=大棚香菇栽培")
        assert worker.hear(PhoneHeard).course == "mushrooms"
        page.fill("#words", "没有这课")
        page.wait_for_selector("text=没有找到")
        browser.close()
    assert [said for said in complaints if "Content Security Policy" in said] == []


def test_the_page_speaks_the_language_of_the_television(tmp_path: Path) -> None:
    worker = Worker(_box(tmp_path), language="en")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 360, "height": 740}, has_touch=True, locale="zh-CN")
        page.set_default_timeout(10_000)
        page.goto(worker.shown.url)
        assert page.title() == "Yuanjiao remote control"
        assert page.locator("html").get_attribute("lang") == "en"
        page.fill("#pin", "000000" if worker.shown.pin != "000000" else "000001")
        page.click("button:has-text('Enter')")
        page.wait_for_selector("text=Wrong number; tries left: 4")
        page.fill("#pin", worker.shown.pin)
        page.click("button:has-text('Enter')")
        page.fill("#words", "128")
        page.wait_for_selector("text=No. 128 · 1 min")
        shown = page.inner_text("body")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        browser.close()
    worker.stop()
    assert re.findall("[\u4e00-\u9fff]+", shown) == ["大棚香菇栽培"]


def test_words_with_marks_of_their_own_are_no_part_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("player.core.language._", lambda _source: "\"<b>'</script>")
    with language.speaking("en"):
        assert (
            language.put_into_words("<p title='_(\"甲\")'>", html.escape)
            == "<p title='&quot;&lt;b&gt;&#x27;&lt;/script&gt;'>"
        )


def _quoted(words: str) -> str:
    return "".join(f"%{byte:02X}" for byte in words.encode())
