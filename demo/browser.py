"""The county office's browser in the demo: a real Chromium that logs in, plans, binds and looks.

It clicks what a person would click, by the words on the page.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Page, sync_playwright

from demo.people import PASSWORD

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT_MS = 20_000


class Office:
    """A browser window of the county office.

    Args:
        address: Where the county's pages are, such as ``http://127.0.0.1:8080``.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        self.page: Page = self._browser.new_page(viewport={"width": 1366, "height": 900}, locale="zh-CN")
        self.page.set_default_timeout(TIMEOUT_MS)

    def log_in(self, username: str) -> None:
        """Log in as one of `demo.people`."""
        self.page.goto(f"{self._address}/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button:has-text('登录')")
        self.page.wait_for_url(f"{self._address}/")

    def plan_session(self, title: str, course_number: int, starts: datetime, site: str) -> None:
        """Make a playlist of one course and plan a session with it at one site."""
        self.page.goto(f"{self._address}/playlists/new")
        self.page.fill("[name=title]", f"{title}节目单")
        self.page.locator("[name=number]").first.fill(str(course_number))
        self.page.click("button:has-text('保存') >> nth=0")
        self.page.click("text=用它安排集中学习")
        self.page.fill("[name=title]", title)
        self.page.fill("[name=day]", starts.strftime("%Y-%m-%d"))
        self.page.fill("[name=at]", starts.strftime("%H:%M"))
        self.page.check("[name=scope][value=site]")
        self.page.fill("[name=site]", site)
        self.page.fill("[name=expected]", "37")
        self.page.click("button:has-text('保存并下发')")
        self.page.wait_for_load_state()
        if self.page.get_by_text("还没有保存").count():  # it is a market day there, and so be it
            self.page.click("button:has-text('保存并下发')")
        self.page.wait_for_url("**/sessions")

    def bind(self, site: str, code: str) -> str:
        """Enter a box's code on its site's page; return what the page says."""
        self.page.goto(f"{self._address}/sites/{site}")
        self.page.fill("[name=code]", code)
        self.page.click("button:has-text('开通')")
        return self.page.locator("[role=status], [role=alert]").first.inner_text()

    def sessions_held(self) -> list[list[str]]:
        """Return the rows of the record of sessions (收看记录), as words in columns."""
        return self._rows("/records")

    def plays(self) -> list[list[str]]:
        """Return the rows of the record of plays."""
        return self._rows("/records/plays")

    def doubts(self) -> list[list[str]]:
        """Return the rows of what has to be checked (待核实)."""
        return self._rows("/records/check")

    def stop_course(self, course: str, reason: str) -> None:
        """Withdraw a course from all boxes (停播)."""
        self.page.goto(f"{self._address}/courses/{course}")
        self.page.click("summary:has-text('从所有机顶盒停播')")
        self.page.fill("[name=reason]", reason)
        self.page.click("button.danger:has-text('停播')")
        self.page.locator("[role=status]:has-text('停播已下发')").wait_for()

    def receipts(self, course: str) -> list[list[str]]:
        """Return the rows of the receipts (停播回执) of the course's stop order."""
        self.page.goto(f"{self._address}/courses/{course}")
        self.page.click("td[data-label='回执'] a")
        self.page.wait_for_url("**/stops/*")
        return [row.locator("th, td").all_inner_texts() for row in self.page.locator("tbody tr").all()]

    def stop_code(self, course: str, site: str) -> str:
        """Ask for the code by which a silent site can be told over the telephone to stop a course (停播码)."""
        self.receipts(course)
        row = self.page.locator("tr", has_text=site).first
        row.locator("button:has-text('取停播码')").click()
        return row.locator("td[data-label='电话停播'] b").inner_text().replace(" ", "")

    def grant_order(self, wish: str, course_number: int) -> None:
        """Answer an order (点播申请) with a course."""
        self.page.goto(f"{self._address}/orders")
        row = self.page.locator("tr", has_text=wish)
        row.locator("[name=number]").fill(str(course_number))
        row.locator("button[value=grant]").click()
        self.page.locator("[role=status]:has-text('已安排')").wait_for()

    def photograph(self, path: str, target: Path) -> None:
        """Save a picture of a page."""
        self.page.goto(self._address + path)
        self.page.screenshot(path=target, full_page=True)

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()
        self._playwright.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, path: str) -> list[list[str]]:
        self.page.goto(self._address + path)
        rows = self.page.locator("tbody tr").all()
        return [row.locator("th, td").all_inner_texts() for row in rows]
