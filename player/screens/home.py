"""主页: the clock, what comes next and whether it is ready, how many sessions are still due, numbered tiles.

Focus 0 is the large card, from 1 on the tiles in their order, five in a row. The card is what matters most now: a
session that a power cut broke off, one that is not yet registered, a fault that stops the work, or else the next
session; while the clock is unknown it asks whether that one shall begin.
"""

from __future__ import annotations

from msgspec.structs import replace

from player.core.actions import ContinueInterrupted
from player.core.faults import fault
from player.core.information import waiting
from player.core.language import N_, _, counted
from player.core.library import Library
from player.core.lives.session import SessionState
from player.core.orders import unseen
from player.core.readiness import in_danger
from player.core.screens_shown import (
    CategoriesScreen,
    CoursesScreen,
    FaultScreen,
    HomeScreen,
    InformationScreen,
    NumberScreen,
    OrdersScreen,
    RecordsScreen,
    Screen,
    SearchScreen,
    SessionScreen,
    SessionsScreen,
    SettingsScreen,
    StatusScreen,
)
from player.core.world import World
from playlists.documents import Site
from playlists.occurrences import Occurrence

from . import agenda, urgent
from . import design as d
from .courses import ON_THE_BOX
from .frame import Key, page
from .here import Here, occurrence_here
from .parts import card, line, progress, state_colour, tile_size, tiles
from .scene import Box, Mark, Scene, Text
from .stack import Reaction, push, turn
from .words import clock_known, countdown, freshness, full_date, position, time_of_day

TILES: dict[int, str] = {  # by the digit that opens it
    1: N_("集中学习"),
    2: N_("课件目录"),
    3: N_("本机节目"),
    4: N_("设备状态"),
    5: N_("找课件"),
    6: N_("点播申请"),
    7: N_("学习记录"),
    8: N_("信息直播"),
    9: N_("设置"),
}
_ORDER = tuple(TILES)
_MOST_ACROSS = 5


def _card_top() -> int:
    return d.CONTENT_TOP + d.either(18, 8)


def _card_height() -> int:
    return d.either(246, 154)


def _card_width() -> int:
    return d.INNER - d.GAP - d.either(352, 264)


def _duty_left() -> int:
    return d.LEFT + _card_width() + d.GAP


def _tiles_top() -> int:
    return _card_top() + _card_height() + d.either(d.GAP, 10)


def _across() -> int:
    """Return how many tiles stand side by side; in large type so many that no name gets smaller for it."""
    names = (_(name) for name in TILES.values())
    fit = min(tile_size(name, _MOST_ACROSS) for name in names) >= d.BODY
    return _MOST_ACROSS if fit or not d.is_large() else _MOST_ACROSS - 1


def _tile_height() -> int:
    """Return the height of a tile with its gap; two rows of tiles are tall, three are lower."""
    rows = -(-len(TILES) // _across())
    return d.either(184, 152) // rows


def _line_top() -> int:
    return d.BAR_TOP - d.either(56, 50)


def view(world: World, library: Library) -> Scene:
    """Return home."""
    focus = _focus(world)
    marks = (
        *_header(world),
        _card(focused=focus == 0),
        *_lead(world),
        *_duty(world),
        *tiles({digit: _(name) for digit, name in TILES.items()}, focus - 1, _tiles_top(), _tile_height(), _across()),
        *(urgent.strip(world, _line_top() - 4, 1) or _last_line(world)),
    )
    return page(world, "", marks, _keys(world, focus))


def react(world: World, intent: str, library: Library) -> Reaction:
    """Arrows move between card and tiles, OK and digits open."""
    focus = _focus(world)
    if intent == "select":
        return _open_card(world) if focus == 0 else (_open_tile(world, _ORDER[focus - 1]), ())
    if intent == "digit-0":
        return push(world, NumberScreen()), ()
    if intent.startswith("digit-") and int(intent[6:]) in TILES:
        return _open_tile(world, int(intent[6:])), ()
    if intent == "info":
        return push(world, StatusScreen()), ()
    return turn(world, replace(_screen(world), focus=_moved(focus, intent))), ()


def _screen(world: World) -> HomeScreen:
    return world.screen if isinstance(world.screen, HomeScreen) else HomeScreen()


def _focus(world: World) -> int:
    return min(max(_screen(world).focus, 0), len(TILES))


def _moved(focus: int, intent: str) -> int:
    if intent == "up":
        return max(focus - _across(), 0)
    if intent == "down":
        return min(focus + _across(), len(TILES)) if focus else 1
    if intent == "right":
        return min(focus + 1, len(TILES))
    return max(focus - 1, 0) if intent == "left" else focus


def _open_tile(world: World, digit: int) -> World:
    screens: dict[int, Screen] = {
        1: SessionsScreen(agenda.next_row(world)),
        2: CategoriesScreen(),
        3: CoursesScreen(ON_THE_BOX),
        4: StatusScreen(),
        5: SearchScreen(),
        6: OrdersScreen(),
        7: RecordsScreen(),
        8: InformationScreen(),
        9: SettingsScreen(),
    }
    return push(turn(world, HomeScreen(1 + _ORDER.index(digit))), screens[digit])


def _open_card(world: World) -> Reaction:
    stopper = _stopper(world)
    if world.session is not None:
        return push(world, SessionScreen()), ()
    if world.interrupted is not None:
        return world, (ContinueInterrupted(),)
    if stopper is not None:
        return push(world, FaultScreen(stopper)), ()
    coming = agenda.next_session(world)
    return (world, (agenda.opened(world, coming),)) if coming else (push(world, SessionsScreen()), ())


def _card(*, focused: bool) -> Box:
    """The large card keeps its calm ground when it is focused; a frame of amber says so."""
    plain = card(d.LEFT, _card_top(), _card_width(), _card_height())
    return replace(plain, fill=d.RAISED, outline=d.FOCUS, outline_width=6) if focused else plain


def _stopper(world: World) -> str | None:
    return next((code for code in sorted(world.faults) if fault(code).weight == "stops-work"), None)


def _header(world: World) -> tuple[Mark, ...]:
    box = world.generation.box if world.generation else None
    now = world.now.wall_ms
    clock = time_of_day(world, now) if clock_known(world) else "--:--"
    today = full_date(world, now) if clock_known(world) else _("时间未校准")
    site = box.site.name if box else _("远教终端站点")
    place = _place(box.site, d.INNER - 332) if box else ""
    return (
        line(d.LEFT, d.TOP - 12, d.INNER - 232, site, d.TITLE, d.INK, bold=True),
        line(d.LEFT, d.TOP + 46, d.INNER - 332, place, d.BODY, d.QUIET),
        line(d.RIGHT - 220, d.TOP - d.either(16, 12), 220, clock, d.CLOCK, d.INK, bold=True, align="right"),
        line(d.RIGHT - 320, d.TOP + 46, 320, today, d.BODY, d.QUIET, align="right"),
    )


def _place(site: Site, width: int) -> str:
    """Return where the room lies and whom to ring; what is known anyway gives way to the telephone number."""
    lies = (" ".join(part for part in (site.county, site.township) if part), site.township)
    if not site.clerk_telephone:
        return lies[0]
    whom = _("组织干事 {name} {telephone}").format(name=site.clerk, telephone=site.clerk_telephone)
    said = [*(f"{one}　{whom}" for one in lies if one), whom]
    return next((one for one in said if d.words_width(one, d.BODY) <= width), site.clerk_telephone)


def _lead(world: World) -> tuple[Mark, ...]:
    stopper = _stopper(world)
    if world.session is not None and world.session.state is SessionState.GATHERING:
        return _gathering(world, world.session.occurrence)
    if world.session is not None:
        counting = world.session.state in (SessionState.COUNTING, SessionState.CONFIRMING)
        what = _("集中学习还没有登记人数") if counting else _("集中学习正在进行")
        return _lead_words(what, world.session.row.title, _("按确定键继续"))
    if world.interrupted is not None:
        cut = world.interrupted
        why = _("上次集中学习没有放完") if cut.put_off else _("上次集中学习因断电中断")
        where = _("放到第 {lesson} 课 {position}，按确定键继续").format(
            lesson=cut.item + 1, position=position(cut.position_ms)
        )
        where = where if cut.stage == "playing" else _("按确定键继续")
        return _lead_words(why, cut.title, where)
    if stopper is not None:
        return _lead_words(_("故障 {code}").format(code=stopper), fault(stopper).title, _("按确定键看怎么办"))
    return _next_session(world)


def _gathering(world: World, occurrence: Occurrence) -> tuple[Mark, ...]:
    """Somebody left the gathering card by Home: the session has not begun yet."""
    below = agenda.until(world, occurrence)
    if clock_known(world):
        starts = time_of_day(world, occurrence.starts_ms)
        below = _("{starts} 开始，{countdown}").format(starts=starts, countdown=below)
    return _lead_words(_("集中学习就要开始"), occurrence.title, below)


def _lead_words(what: str, title: str, below: str) -> tuple[Mark, ...]:
    x, y, width = d.LEFT + d.PAD, _card_top(), _card_width() - 2 * d.PAD
    lines, size = d.either(2, 1), d.fitting(below, width, d.ROW, d.BODY)
    return (
        line(x, y + d.either(20, 8), width, what, d.BODY, d.WARN, bold=True),
        Text(
            x, y + d.either(70, 50), width, title, d.either(d.LEAD, d.ROW), d.INK, True, lines=lines, line_height=1.25
        ),
        line(x, y + d.either(184, 98), width, below, size, d.FOCUS, bold=True),
    )


def _next_session(world: World) -> tuple[Mark, ...]:
    x, y, width = d.LEFT + d.PAD, _card_top(), _card_width() - 2 * d.PAD
    coming = agenda.next_session(world)
    if coming is None:
        said = _("节目单由县远教办下发，也可以随时点播")
        return (
            line(x, y + d.either(20, 8), width, _("下一次集中学习"), d.BODY, d.QUIET),
            line(x, y + d.either(84, 46), width, _("近期没有安排"), d.TITLE, d.INK, bold=True),
            line(x, y + d.either(180, 110), width, said, d.fitting(said, width, d.BODY, d.least()), d.QUIET),
        )
    if not clock_known(world):
        below = _("原定 {when}，按确定键打开").format(when=agenda.when(world, coming))
        return _lead_words(_("时间未校准。现在要开这次集中学习吗？"), coming.title, below)
    here = occurrence_here(world, coming)
    ready = _ready(here)
    missing = agenda.missing_words(world, coming)
    late = bool(missing) or in_danger(world, coming)
    beside = missing or agenda.expected_words(world, coming)
    when = agenda.when(world, coming)
    left = width - d.words_width(when, d.TITLE)
    last, known = d.either(190, 104), d.words_width(ready, d.BODY) + d.PAD
    return (
        line(x, y + d.either(10, 2), width - left, when, d.TITLE, d.INK, bold=True),
        line(x + width - left, y + d.either(24, 14), left, agenda.until(world, coming), d.BODY, d.QUIET, align="right"),
        Text(x, y + d.either(80, 57), width, coming.title, d.ROW, d.INK, lines=d.either(2, 1), line_height=1.25),
        *(() if d.is_large() else progress(x, y + 172, width, here.share)),
        line(x, y + last, known, ready, d.BODY, state_colour(here, False), bold=True),
        line(x + known, y + last, width - known, beside, d.BODY, d.WARN if late else d.QUIET, align="right"),
    )


def _ready(here: Here) -> str:
    if here.share >= 1:
        return _("已全部下载")
    return _("已下载 {share}").format(share=here.words) if here.share > 0 else _("未下载")


def _duty(world: World) -> tuple[Mark, ...]:
    due, x, y, width = agenda.still_due(world), _duty_left(), _card_top(), d.RIGHT - _duty_left()
    figure, colour = (counted("还差 {n} 次", due), d.WARN) if due else (_("已达标"), d.GOOD)
    size = d.fitting(figure, width - d.GAP, d.CLOCK, d.TITLE, d.LEAD)
    held = counted("已开 {n} 次", world.held_this_month)
    return (
        card(x, y, width, _card_height()),
        line(x, y + d.either(32, 8), width, _("本月集中学习"), d.BODY, d.QUIET, align="centre"),
        line(x, y + d.either(90, 44), width, figure, size, colour, bold=True, align="centre"),
        line(x, y + d.either(184, 112), width, held, d.BODY, d.QUIET, align="centre"),
    )


def _last_line(world: World) -> tuple[Mark, ...]:
    tell = [code for code in sorted(world.faults) if fault(code).weight == "hinders"]
    stale = bool(world.generation and world.generation.stale)
    words = freshness(world)
    room = d.words_width(words, d.BODY)
    said = [line(d.RIGHT - room, _line_top(), room, words, d.BODY, d.WARN if stale else d.QUIET, align="right")]
    if tell:
        said.append(line(d.LEFT, _line_top(), d.INNER - room - d.PAD, _fault_line(tell), d.BODY, d.WARN, bold=True))
    elif world.recording is not None:
        recording = world.recording
        left = countdown(recording.ends_ms - world.now.wall_ms)
        words = _("正在录“{channel}”，{left}").format(channel=recording.channel.name, left=left)
        said.append(line(d.LEFT, _line_top(), d.INNER - room - d.PAD, words, d.BODY, d.BUSY, bold=True))
    elif unseen(world):
        words = counted("您点的课已到 {n} 个，按 6 打开", len(unseen(world)))
        said.append(line(d.LEFT, _line_top(), d.INNER - room - d.PAD, words, d.BODY, d.GOOD, bold=True))
    return tuple(said)


def _fault_line(tell: list[str]) -> str:
    code, title = tell[0], fault(tell[0]).title
    if len(tell) > 1:
        return counted("{code} {title} 等 {n} 项，按 4 查看", len(tell), code=code, title=title)
    return _("{code} {title}，按 4 查看").format(code=code, title=title)


def _keys(world: World, focus: int) -> tuple[Key, ...]:
    gathering = world.session is not None and world.session.state is SessionState.GATHERING
    goes_on = (world.interrupted or world.session) and not gathering
    opens = N_("收起") if waiting(world) else _opens(world, goes_on=bool(goes_on)) if focus == 0 else N_("打开")
    return (Key("▲▼◀▶", N_("选择")), Key(N_("确定"), opens), Key("1–9", N_("直达")), Key("0", N_("输入课号")))


def _opens(world: World, *, goes_on: bool) -> str:
    """Return what OK does on the card."""
    coming = agenda.next_session(world)
    busy = goes_on or world.session is not None or _stopper(world) is not None or coming is None
    if busy or coming is None or not agenda.leads_to_ways(world, coming):
        return N_("继续") if goes_on else N_("打开")
    return N_("怎么办")
