"""The states in which the screens are drawn: name → (world, catalogue). Also walked by the tests of the screens."""

from __future__ import annotations

import segno
from msgspec.structs import replace

from player.core.facts import HeadCountDraft, InsideFacts, OpenPlay, OpenSession, OwnOrder, StoredBlob
from player.core.faults import FAULTS
from player.core.learning import ORDER
from player.core.library import Library
from player.core.live_cost import Reason
from player.core.lives.channel import Reception
from player.core.lives.picture import Live, LiveState, Playback, PlaybackState
from player.core.lives.room import (
    Binding,
    BindingState,
    Check,
    CheckState,
    Documents,
    Learning,
    LearningState,
    Phone,
    PhoneState,
    Stick,
    StickState,
    StopCodes,
    StopCodeState,
)
from player.core.lives.session import GroupSession, SessionLesson, SessionState
from player.core.lives.workers import Outbox, Transfers
from player.core.media_effects import Tuning
from player.core.moment import Moment
from player.core.outlook import Outlook, Risk
from player.core.preferences import SCAN_CODES, Preferences
from player.core.saver import IDLE_MS
from player.core.screens_shown import (
    CategoriesScreen,
    CheckScreen,
    CourseScreen,
    CoursesScreen,
    FaultScreen,
    HomeScreen,
    InformationScreen,
    LearnScreen,
    LiveScreen,
    NextScreen,
    NumberScreen,
    OptionsScreen,
    OrderScreen,
    OrdersScreen,
    PhoneScreen,
    PictureTestScreen,
    PlayingScreen,
    QuestionScreen,
    ReadingScreen,
    Screen,
    SearchScreen,
    SessionScreen,
    SessionsScreen,
    SettingsScreen,
    StatusScreen,
    StickScreen,
    StopCodeScreen,
    StoredCourseScreen,
    TimeScreen,
    VolumesScreen,
    WishesScreen,
    WishScreen,
)
from player.core.settings import Settings
from player.core.worker_effects import WantedBlob
from player.core.world import Notice, World
from player.core.writing import MOST_LETTERS, Writing
from player.screens.question import ask_to_delete, ask_to_end, ask_to_skip, ask_to_watch
from player.screens.time_by_hand import proposed
from playlists.documents import Caps, LiveChannel, OrderAnswer, Page, Plan, Sounds, StopOrder, Window

from .village import (
    COURSES,
    EMPTY_SHELF,
    LONG_SHELF,
    LONG_TITLE,
    MINUTE_MS,
    NOW_MS,
    SHELF,
    STRANGE_TITLE,
    TONIGHT,
    course,
    digest,
    generation,
    occurrence,
    stored,
)

State = tuple[World, Library]
BEGAN = Moment(60_000, NOW_MS, "trusted", 1)
SHARES = (1.0, 0.62, 0.0, 1.0, 0.05, 1.0, 0.99)
QR_CODE = tuple(
    "".join("1" if dark else "0" for dark in row)
    for row in segno.make_qr("http://192.168.100.117:8090/", error="m").matrix
)
FILMS = tuple(lesson.renditions[0] for lesson in COURSES["course-130"].lessons)
NOW = Moment(monotonic_ms=3_600_000, wall_ms=NOW_MS, trust="trusted", boot=3)
ROW = OpenPlay("course-128", "lesson-1", digest("course-128/1"), 480, "menu", "", BEGAN, ((0, 1),))


def base(*screens: Screen) -> World:
    """Return an ordinary evening: bound, fresh, one session held this month."""
    return World(
        settings=Settings(version="0.1.0"),
        now=NOW,
        box_id="7f3a91c2d45e",
        started=True,
        binding=Binding(BindingState.BOUND),
        generation=generation(),
        store=stored(SHARES),
        held_this_month=1,
        done_sessions=frozenset({"opening@2026-03-04T19:30"}),
        outbox=Outbox(head=42, acknowledged=39),
        transfers=Transfers(wanted=(digest("course-129/1"), digest("course-130/1"))),
        screens=(HomeScreen(), *screens),
        touched_monotonic_ms=NOW.monotonic_ms,
    )


def expecting(outlook: Outlook, world: World | None = None) -> World:
    """Return a world, by itself that of home, whose plan expects this of tonight's session."""
    world = world or base()
    return replace(world, transfers=replace(world.transfers, outlooks={outlook.session: outlook}))


def unbound(binding: Binding) -> World:
    """Return a box that belongs to no site."""
    return replace(base(), generation=None, binding=binding)


def playing(
    state: PlaybackState = PlaybackState.PLAYING, *, panel: bool = True, title: str = "第1课 认识病虫害"
) -> World:
    """Return a world in which a lesson plays on demand."""
    playback = Playback(9, state, ROW, title, 725_000, 1_500_000, 18_000, 3_600_000, 3_000_000)
    until = NOW.monotonic_ms + 4_000 if panel else 0
    return replace(base(CourseScreen("course-128"), PlayingScreen(until)), playback=playback)


def session(state: SessionState, draft: HeadCountDraft | None = None, *, title: str = TONIGHT.title) -> World:
    """Return a world in which the evening's session is in a state."""
    lessons = tuple(
        SessionLesson(one.id, lesson.id, lesson.title, lesson.duration_ms, digest(f"{one.id}/{lesson.id}"), 480)
        for one in (COURSES["course-128"], COURSES["course-131"])
        for lesson in one.lessons
    )
    lessons = (*lessons[:2], replace(lessons[2], blob=None), *lessons[3:])
    happening = occurrence("spring", title, TONIGHT.starts_ms, ("course-128", "course-131"))
    row = OpenSession(happening.id, title, "video", BEGAN, 0, 725_000, 40)
    group = GroupSession(happening, state, lessons, row, draft or HeadCountDraft("40"), 3_600_000)
    return replace(base(SessionScreen()), session=group)


def in_session(state: SessionState = SessionState.PLAYING) -> World:
    """Return a world in which a lesson of the session plays."""
    world = playing()
    assert world.playback is not None
    playback = replace(world.playback, row=replace(ROW, why="session"))
    return replace(session(state), playback=playback, screens=(HomeScreen(), PlayingScreen(NOW.monotonic_ms + 4_000)))


def at(world: World, **changes: object) -> World:
    """Return the world at another moment or with another trust in its clock."""
    return replace(world, now=replace(world.now, **changes))


def _binding() -> dict[str, World]:
    code = Binding(BindingState.CODE_SHOWN, "480537", NOW.monotonic_ms + 8 * MINUTE_MS)
    no_line = Binding(BindingState.UNBOUND, error="县里的服务器没有回答，网络可能没有接通")
    return {
        "starting": replace(base(), started=False),
        "binding-waiting": unbound(Binding()),
        "binding-code": unbound(code),
        "binding-code-line-lost": unbound(replace(code, error="网络断了，接通后号码会自动更新")),
        "binding-unreachable": unbound(no_line),
        "binding-no-route": unbound(replace(no_line, error="POST https://county.example/api: Network is unreachable")),
        "binding-done": unbound(Binding(BindingState.BOUND)),
        "binding-clock-unknown": at(unbound(code), trust="unknown", wall_ms=0),
        "revoked": replace(base(), generation=generation(revoked=True)),
    }


def _home() -> dict[str, World]:
    cut = OpenSession(TONIGHT.id, TONIGHT.title, "video", BEGAN, 1, 725_000, 40)
    long = occurrence("law", LONG_TITLE, NOW_MS + 15 * MINUTE_MS, ("course-138", "course-999"))
    return {
        "home": base(),
        "home-tile": replace(base(), screens=(HomeScreen(2),)),
        "home-expected": expecting(Outlook(TONIGHT.id, FILMS, Risk.SAFE, NOW_MS + 4 * MINUTE_MS)),
        "home-in-danger": expecting(Outlook(TONIGHT.id, FILMS, Risk.DANGER)),
        "home-empty": replace(base(), generation=generation(occurrences=()), held_this_month=0),
        "home-duty-met": replace(base(), held_this_month=2, store=stored((1.0,) * 12)),
        "home-stale-faults": replace(
            base(), generation=generation(stale=True), faults={"L01": "", "C01": "", "S01": ""}
        ),
        "home-clock-unknown": at(base(), trust="unknown", wall_ms=0),
        "home-long": replace(
            base(), generation=generation(occurrences=(long,), name="青石乡松坪村养殖专业合作社第二远教终端站点")
        ),
        "home-interrupted": replace(base(), interrupted=cut),
        "home-not-registered": replace(session(SessionState.COUNTING), screens=(HomeScreen(),)),
        "home-stops-work": replace(base(), faults={"J01": "disk I/O error"}),
        "home-notice": replace(base(), notice=Notice("节目已更新", NOW.monotonic_ms + 2_000)),
        "interrupted": replace(base(SessionScreen()), interrupted=cut),
    }


def _catalogue() -> dict[str, State]:
    sheep = course(140, STRANGE_TITLE, 9)
    stop = StopOrder(id="s1", course="course-128", reason="内容有更正", issued="2026-03-03T10:00")
    many = generation(courses={**COURSES, "course-140": sheep})
    return {
        "categories": (base(CategoriesScreen()), SHELF),
        "categories-empty": (base(CategoriesScreen()), EMPTY_SHELF),
        "courses": (base(CoursesScreen(())), SHELF),
        "courses-one": (base(CoursesScreen(("林果栽培",))), SHELF),
        "courses-thousands": (base(CoursesScreen((), 613)), LONG_SHELF),
        "courses-empty": (base(CoursesScreen(("没有",))), SHELF),
        "on-the-box": (base(CoursesScreen(("本机节目",), 1)), SHELF),
        "on-the-box-empty": (replace(base(CoursesScreen(("本机节目",))), store=stored(())), SHELF),
        "course": (base(CourseScreen("course-130")), SHELF),
        "course-ready": (base(CourseScreen("course-133", 1)), SHELF),
        "course-long": (base(CourseScreen("course-138", 1)), SHELF),
        "course-strange": (replace(base(CourseScreen("course-140", 6)), generation=many), SHELF),
        "course-stopped": (replace(base(CourseScreen("course-128")), generation=generation(stops=(stop,))), SHELF),
        "course-no-document": (replace(base(CourseScreen("course-131")), generation=generation(courses={})), SHELF),
        "course-gone": (base(CourseScreen("course-4711")), SHELF),
        "number-empty": (base(NumberScreen()), SHELF),
        "number-found": (base(NumberScreen("138")), SHELF),
        "number-unknown": (base(NumberScreen("4711", "没有课号为 4711 的课件")), SHELF),
    }


def _orders() -> dict[str, State]:
    asked = (
        OwnOrder("o1", "", "中药材种植", NOW_MS - 9 * 86_400_000),
        OwnOrder("o2", "course-131", "", NOW_MS - 6 * 86_400_000),
        OwnOrder("o3", "", LONG_TITLE, NOW_MS - 5 * 86_400_000),
        OwnOrder("o4", "course-133", "", NOW_MS - 3 * 86_400_000),
        OwnOrder("o5", "", "食用菌栽培", 0),
        OwnOrder("o6", "", "法律和政策讲座", NOW_MS, commit=7),
    )
    answers = (
        OrderAnswer(order="o1", box="7f3a91c2d45e", state="refused", reason="全县没有合适的课件，下月请专家来讲"),
        OrderAnswer(order="o2", box="7f3a91c2d45e", state="granted", course="course-131"),
        OrderAnswer(order="o4", box="7f3a91c2d45e", state="granted", course="course-133"),
    )
    county = generation()
    assert county.box is not None
    county = replace(
        county,
        box=replace(county.box, id="7f3a91c2d45e"),
        plans=tuple(replace(plan, orders=answers) for plan in county.plans[:1]) + county.plans[1:],
    )
    world = replace(base(), orders=asked, generation=county)
    told_long = (replace(answers[0], reason=(answers[0].reason + "；") * 24), *answers[1:])
    plans = tuple(replace(plan, orders=told_long) for plan in county.plans[:1]) + county.plans[1:]
    long_reason = replace(world, generation=replace(county, plans=plans))
    wishes = ("大棚蔬菜种植", "食用菌栽培", "果树修剪和嫁接", "畜禽养殖和防疫", "茶叶种植和加工", "中药材种植")
    phrases = replace(base().settings, wishes=wishes)

    def on(world: World, *screens: Screen) -> World:
        return replace(world, screens=(HomeScreen(), *screens))

    return {
        "search": (base(SearchScreen()), SHELF),
        "search-found": (base(SearchScreen("9")), SHELF),
        "search-one": (base(SearchScreen("37")), SHELF),
        "search-thousands": (base(SearchScreen("5", 9)), LONG_SHELF),
        "search-nothing": (base(SearchScreen("99999")), SHELF),
        "orders-empty": (base(OrdersScreen()), SHELF),
        "orders": (on(world, OrdersScreen(1)), SHELF),
        "orders-second": (on(world, OrdersScreen(6)), SHELF),
        "order-waiting": (on(world, OrdersScreen(6), OrderScreen("o5")), SHELF),
        "order-refused": (on(world, OrdersScreen(6), OrderScreen("o1")), SHELF),
        "order-refused-long": (on(long_reason, OrdersScreen(6), OrderScreen("o1", 1)), SHELF),
        "order-gone": (on(world, OrdersScreen(6), OrderScreen("o99")), SHELF),
        "wishes": (replace(base(WishesScreen(1)), settings=phrases), SHELF),
        "wishes-none": (base(WishesScreen()), SHELF),
        **_wish(),
        "home-arrived": (on(world), SHELF),
    }


def _wish() -> dict[str, State]:
    def written(writing: Writing) -> State:
        return replace(base(WishScreen()), writing=writing, settings=with_phrases), SHELF

    phrases = ("怎么种植", "怎么养殖", "病虫害防治", "品种选择", "施肥用药", "请专家来讲", "补贴政策", "怎么卖出去")
    with_phrases = replace(base().settings, phrases=phrases)
    full = "大棚西红柿叶子发黄卷曲，打了两次药还不见好，" + "想请农技站的专家到村里来现场看一看，" * 3
    return {
        "wish-empty": written(Writing()),
        "wish-spelling": written(Writing("大棚", keys="9426448", focus=2)),
        "wish-syllable": written(Writing("大棚", keys="94")),
        "wish-choosing": written(Writing("大棚", keys="94", focus=9, choosing=True)),
        "wish-unknown": written(Writing("大棚", keys="99999")),
        "wish-written": written(Writing("大棚西红柿叶子发黄")),
        "wish-full": written(Writing(full[:MOST_LETTERS])),
        "wish-strokes": written(Writing("种", "strokes")),
        "wish-strokes-spelling": written(Writing("种", "strokes", "1234")),
        "wish-digits": written(Writing("亩产 1200", "digits")),
        "wish-letters": written(Writing("", "letters", "2", 3)),
        "wish-phrases": written(Writing("西红柿", "phrases")),
        "wish-phrases-none": (replace(base(WishScreen()), writing=Writing("", "phrases")), SHELF),
    }


def _sessions() -> dict[str, World]:
    typed = HeadCountDraft("40", "27", "18", "", "", "villagers")
    wrong = HeadCountDraft(
        "40", "27", "18", "12", "3", "villagers", "党员 18 加群众 12 是 30，和实到 27 对不上，请改正"
    )
    gathering = session(SessionState.GATHERING)
    assert gathering.session is not None
    nothing = tuple(replace(one, blob=None) for one in gathering.session.lessons)
    empty = replace(gathering, session=replace(gathering.session, lessons=nothing))
    return {
        "sessions": base(SessionsScreen(1)),
        "sessions-expected": replace(
            expecting(Outlook(TONIGHT.id, FILMS, Risk.SAFE, NOW_MS + 4 * MINUTE_MS)),
            screens=(HomeScreen(), SessionsScreen(1)),
        ),
        "sessions-empty": replace(base(SessionsScreen()), generation=generation(occurrences=())),
        "sessions-missed": at(
            replace(base(SessionsScreen(1)), done_sessions=frozenset()), wall_ms=NOW_MS + 6 * 3_600_000
        ),
        "sessions-clock-unknown": at(base(SessionsScreen(1)), trust="unknown", wall_ms=0),
        "gathering": gathering,
        "gathering-seconds": at(gathering, wall_ms=TONIGHT.starts_ms - 95_000),
        "gathering-clock-unknown": at(gathering, trust="unknown", wall_ms=0),
        "gathering-clock-estimated": at(gathering, trust="estimated"),
        "gathering-tomorrow": at(gathering, wall_ms=TONIGHT.starts_ms - 20 * 3_600_000),
        "gathering-left": replace(gathering, screens=(HomeScreen(),)),
        "gathering-long": session(SessionState.GATHERING, title=LONG_TITLE),
        "gathering-one": replace(gathering, session=replace(gathering.session, lessons=gathering.session.lessons[:1])),
        "gathering-nothing-here": empty,
        "gathering-expected": expecting(Outlook(TONIGHT.id, FILMS, Risk.SAFE, NOW_MS + 4 * MINUTE_MS), empty),
        "gathering-in-danger": expecting(Outlook(TONIGHT.id, FILMS, Risk.DANGER), empty),
        "heads": session(SessionState.COUNTING),
        "heads-typed": session(SessionState.COUNTING, typed),
        "heads-error": session(SessionState.COUNTING, wrong, title=LONG_TITLE),
        "heads-last": session(SessionState.COUNTING, HeadCountDraft("40", "27", "18", "9", "3", "on_leave")),
        "confirming": session(SessionState.CONFIRMING, HeadCountDraft("40", "27", "18", "9", "3", "on_leave")),
        "closing": session(SessionState.CLOSING, HeadCountDraft("40", "27", "18", "9", "0", "on_leave")),
        "closing-blank": session(SessionState.CLOSING, HeadCountDraft("40", "27", "", "", "0", "on_leave")),
        "question": replace(in_session(), screens=(HomeScreen(), PlayingScreen(), ask_to_end(in_session()))),
        "question-skip": replace(gathering, screens=(HomeScreen(), SessionScreen(), ask_to_skip(gathering))),
        "question-long": base(QuestionScreen(f"现在结束，开始清点人数吗？\n{LONG_TITLE}", "end-session", 1)),
    }


def _options(world: World, focus: int = 0) -> World:
    return replace(world, screens=(*world.screens, OptionsScreen(focus)))


def _tuned() -> World:
    world = playing()
    assert world.playback is not None
    tuning = Tuning(subtitles=False, rate_percent=75, sound=1)
    sounds = ("普通话", "客家话（配音）", "壮语")
    return replace(world, playback=replace(world.playback, subtitles=digest("vtt"), tuning=tuning, sounds=sounds))


def _playing() -> dict[str, World]:
    hours = playing(title=LONG_TITLE)
    assert hours.playback is not None
    return {
        "playing": playing(),
        "playing-bare": playing(panel=False),
        "playing-paused": playing(PlaybackState.PAUSED, panel=False),
        "playing-opening": playing(PlaybackState.OPENING),
        "playing-recovering": playing(PlaybackState.RECOVERING),
        "playing-long": replace(hours, playback=replace(hours.playback, position_ms=4_000_000, duration_ms=7_300_000)),
        "playing-muted": replace(playing(), volume_percent=0),
        "playing-notice": replace(playing(), notice=Notice("19:30 有集中学习，还有 10 分钟", NOW.monotonic_ms + 9_000)),
        "playing-failed": playing(PlaybackState.FAILED),
        "options": _options(playing()),
        "options-full": _options(_tuned(), 4),
        "options-stop-code": _options(playing(), 6),
        "options-session": _options(in_session(), 3),
        "next-lesson": base(CourseScreen("course-129"), NextScreen("course-129", "lesson-2")),
        "next-lesson-not-here": base(CourseScreen("course-130"), NextScreen("course-130", "lesson-2")),
        "next-lesson-gone": base(NextScreen("course-4711", "lesson-2")),
        "session-playing": in_session(),
        "session-between": replace(in_session(SessionState.BETWEEN), playback=None),
    }


LONG_TEXT = "\n\n".join(
    (
        "各站点管理员、各位乡亲：",
        "专家本月到各乡镇巡回讲课，内容是春季大棚管理、果树修剪和林下养鸡。请先看完节目单里的课，把问题记下来。",
        "一、3月10日上午9:00，青石乡文化站；二、3月12日下午2:30，柳林镇农技站；三、3月17日，云岭村（遇雨顺延）。",
    )
    * 3
)
PAGES = (
    Page(id="lectures", title="专家巡回讲课安排", text=LONG_TEXT, since="2026-03-02", until="2026-03-20"),
    Page(id="weather", title="本周天气", text="晴转多云，6到14度。\n夜间大棚注意保温。", since="2026-03-04"),
    Page(id="long", title=LONG_TITLE, text=LONG_TITLE * 3, since="2025-12-30"),
    Page(id="strange", title=STRANGE_TITLE, text=f"{STRANGE_TITLE}\n\n\n\n\tWWW MMM {STRANGE_TITLE * 4}"),
    Page(id="old", title="春节值班表", text="已过", since="2026-02-10", until="2026-03-03"),
    Page(id="later", title="清明放假", text="未到", since="2026-03-28"),
)
NOTICE = "今晚有大风降温，请压好棚膜、关好门窗。"


def _information() -> dict[str, World]:
    def with_pages(*pages: Page, notice: str = "", until: str | None = None) -> World:
        plan = Plan(group="county", issued="2026-03-01T09:00", notice=notice, notice_until=until)
        return replace(base(), generation=replace(generation(), pages=(pages,), plans=(*generation().plans, plan)))

    def on(world: World, *screens: Screen) -> World:
        return replace(world, screens=(HomeScreen(), *screens))

    all_of_them = with_pages(*PAGES, notice=NOTICE, until="2026-03-05T08:00")
    long = with_pages(notice=f"{NOTICE}{LONG_TITLE}")
    film = playing(panel=False)
    return {
        "information": on(all_of_them, InformationScreen(1)),
        "information-one": on(with_pages(PAGES[1]), InformationScreen()),
        "information-empty": base(InformationScreen()),
        "information-clock-unknown": at(on(all_of_them, InformationScreen()), trust="unknown"),
        "reading": on(all_of_them, InformationScreen(), ReadingScreen("0/lectures")),
        "reading-last": on(all_of_them, InformationScreen(), ReadingScreen("0/lectures", 99)),
        "reading-short": on(all_of_them, InformationScreen(), ReadingScreen("0/weather")),
        "reading-strange": on(all_of_them, InformationScreen(), ReadingScreen("0/strange")),
        "reading-notice": on(long, InformationScreen(), ReadingScreen("notice/county")),
        "reading-gone": on(all_of_them, InformationScreen(), ReadingScreen("0/old")),
        "home-urgent": all_of_them,
        "home-urgent-long": long,
        "playing-urgent": replace(film, generation=all_of_them.generation),
        "playing-urgent-long": replace(
            playing(), generation=long.generation, notice=Notice("音量 75", NOW.monotonic_ms + 2_000)
        ),
    }


CHANNELS = (
    LiveChannel(id="province", name="省远教直播", url="http://live.example/1.m3u8"),
    LiveChannel(
        id="county", name="县农技直播", url="rtp://@239.1.2.3:5004",
        times=(Window(start="08:00", end="11:30"), Window(start="20:00", end="21:30")),
    ),
    LiveChannel(id="long", name=LONG_TITLE, url="udp://@239.1.2.3:5006", times=(Window(start="19:00", end="21:00"),)),
)  # fmt: skip


def _live() -> dict[str, World]:
    county = replace(generation(), channels=CHANNELS, pages=(PAGES,))
    row = replace(ROW, course="province", lesson="live", blob="", why="live")

    def on(state: LiveState, channel: int = 0, *, panel: bool = True, **more: int) -> World:
        live = Live(CHANNELS[channel], state, row, 10, since_monotonic_ms=NOW.monotonic_ms)
        reception = Reception(CHANNELS[channel], 9, "http://127.0.0.1:1/x", kept_ms=1_500_000)
        until = NOW.monotonic_ms + 4_000 if panel else 0
        world = base(InformationScreen(channel), LiveScreen(until))
        return replace(world, generation=county, live=replace(live, **more), reception=reception)

    channels = replace(base(InformationScreen()), generation=county)

    def asked(channel: LiveChannel, why: Reason, monthly_bytes: int | None = None) -> World:
        settings = replace(channels.settings, caps=Caps(monthly_bytes=monthly_bytes))
        world = replace(channels, settings=settings)
        return replace(world, screens=(*world.screens, ask_to_watch(world, channel, why)))

    return {
        "question-live": asked(CHANNELS[0], "metered", 30 << 30),
        "question-live-closed": asked(replace(CHANNELS[0], name=LONG_TITLE), "closed", 30 << 30),
        "question-live-capped": asked(CHANNELS[0], "capped"),
        "channels": channels,
        "channels-off": replace(base(InformationScreen(1)), generation=county),
        "live": on(LiveState.WATCHING),
        "live-bare": on(LiveState.WATCHING, panel=False),
        "live-behind": on(LiveState.WATCHING, 2, behind_ms=754_000),
        "live-paused": on(LiveState.PAUSED, panel=False, behind_ms=61_000),
        "live-starting": on(LiveState.STARTING, panel=False),
        "live-opening": on(LiveState.OPENING),
        "live-lost": on(LiveState.LOST, panel=False, behind_ms=10_000),
        "live-over": base(LiveScreen()),
    }


def _status() -> dict[str, World]:
    faults = {"L01": "", "C01": "", "S01": "", "B03": "", "Z99": "unknown"}
    return {
        "status": base(StatusScreen()),
        "status-faults": replace(base(StatusScreen(1)), faults={"L01": "", "C01": ""}),
        "status-many-faults": replace(base(StatusScreen(3)), faults=faults),
        "status-unbound": replace(unbound(Binding()), screens=(HomeScreen(), StatusScreen())),
        "stop-code": base(StatusScreen(), StopCodeScreen()),
        "stop-code-given": base(CourseScreen("course-128"), StopCodeScreen("128", "", keyed_number=True, given=True)),
        "stop-code-digits": base(StatusScreen(), StopCodeScreen("128", "48291", keyed_number=True)),
        "stop-code-locked": replace(
            base(StatusScreen(), StopCodeScreen("128", keyed_number=True)),
            stop_codes=StopCodes(wrong=5, unlock_monotonic_ms=NOW.monotonic_ms + 42 * MINUTE_MS),
        ),
        "stop-code-checking": replace(
            base(StatusScreen(), StopCodeScreen("128", keyed_number=True)),
            stop_codes=StopCodes(StopCodeState.CHECKING, 9, 128, "course-128"),
        ),
        "fault": replace(base(StatusScreen(), FaultScreen("C02")), faults={"C02": "mmcblk0"}),
        "fault-config": replace(
            base(FaultScreen("P01")), faults={"P01": "player.yaml: volume_percent: 130 不在 0 到 100 之间"}
        ),
        "fault-unknown": base(FaultScreen("Z99")),
    }


def _phone() -> dict[str, World]:
    open_ = Phone(PhoneState.OPEN, 5, "http://192.168.100.117:8090/", "482715", QR_CODE)
    states = {
        "phone": open_,
        "phone-connected": replace(open_, telephones=2),
        "phone-off": Phone(),
        "phone-starting": Phone(PhoneState.STARTING, 5),
        "phone-shut": replace(open_, state=PhoneState.SHUT),
        "phone-no-network": Phone(PhoneState.FAILED, error="no-network"),
        "phone-failed": Phone(PhoneState.FAILED, error="port 8090 of 192.168.100.117: in use"),
    }
    return {name: replace(base(StatusScreen(), PhoneScreen()), phone=phone) for name, phone in states.items()}


def _learning() -> dict[str, World]:
    unnumbered = SCAN_CODES + 0x40BF
    begun = Learning(heard_monotonic_ms=NOW.monotonic_ms)
    half = replace(begun, asked=5, keys=dict(zip(range(353, 358), ORDER, strict=False)), heard=357)
    return {
        name: replace(base(SettingsScreen(), LearnScreen()), learning=learning)
        for name, learning in {
            "learn": begun,
            "learn-half": half,
            "learn-again": replace(half, heard=355, means="up"),
            "learn-scan-code": replace(half, keys={**half.keys, unnumbered: "left"}, heard=unnumbered),
            "learn-done": Learning(LearningState.CONFIRMING, len(ORDER) - 1, dict(enumerate(ORDER[:-2], 353)), 300, ""),
        }.items()
    }


def _checks() -> dict[str, World]:
    facts = InsideFacts(sound=True, cable=True, address=True, hottest_c=46)
    done = Check(CheckState.DONE, 5, facts=facts, sound="heard")
    worst = replace(done, facts=InsideFacts(sound=False, cable=False, address=False, hottest_c=None))
    states = {
        "check-looking": Check(CheckState.LOOKING, 5, 6),
        "check-listening": Check(CheckState.LISTENING, 5, 6, facts),
        "check-well": done,
        "check-told": replace(done, report=7),
        "check-silent": replace(done, sound="silent"),
        "check-unanswered": replace(done, sound="unanswered", facts=None),
        "check-busy": replace(done, sound="busy"),
    }
    worlds = {name: replace(base(StatusScreen(), CheckScreen()), check=check) for name, check in states.items()}
    bad = replace(worlds["check-well"], check=worst, faults={"C02": "", "S01": "", "Y01": "", "T01": "91 °C"})
    below = replace(worlds["check-silent"], screens=(HomeScreen(), StatusScreen()))
    return {**worlds, "check-all-bad": at(bad, trust="unknown"), "status-after-check": below}


def _faults() -> dict[str, World]:
    return {f"fault-{code}": replace(base(FaultScreen(code)), faults={code: ""}) for code in FAULTS}


def _kept() -> dict[str, World]:
    kept = Preferences(kept_courses=("course-133",))
    return {
        "stored-course": base(CoursesScreen(("本机节目",)), StoredCourseScreen("course-133", 2)),
        "stored-course-kept": replace(base(StoredCourseScreen("course-133", 1)), preferences=kept),
        "stored-course-needed": base(StoredCourseScreen("course-128", 2)),
        "stored-course-gone": base(StoredCourseScreen("course-4711")),
        "stored-course-long": base(StoredCourseScreen("course-138")),
        **{
            f"stored-course-delete{name}": base(
                StoredCourseScreen("course-133"), ask_to_delete(COURSES["course-133"].title, by_line=by_line)
            )
            for name, by_line in {"": True, "-no-line": False}.items()
        },
        "resting": replace(base(), touched_monotonic_ms=NOW.monotonic_ms - 3 * IDLE_MS),
        "resting-clock-unknown": at(replace(base(), touched_monotonic_ms=1), trust="unknown"),
    }


def _sticks() -> dict[str, World]:
    wanted = tuple(WantedBlob(digest(f"stick/{number}"), 180 << 20, None, "stock") for number in range(6))
    offered = Stick(StickState.OFFERED, "/run/media/usb", "usb", wanted, 4, names=("a" * 64,), shown=True)
    week_ago = NOW.wall_ms - 7 * 86_400_000
    update = replace(offered, documents=Documents.NEWER, signed_wall_ms=NOW.wall_ms - 86_400_000, listed=320)
    written = replace(update, state=StickState.DONE, wanted=(), courses=0, entries=38)
    half = {blob.sha256: StoredBlob(blob.bytes, True) for blob in wanted[:3]}
    whole = {blob.sha256: StoredBlob(blob.bytes, True) for blob in wanted}
    states = {
        "stick": offered,
        "stick-crowded": replace(offered, crowded=3),
        "stick-full": replace(offered, wanted=(), courses=0, crowded=3),
        "stick-nothing": replace(offered, wanted=(), courses=0),
        "stick-strange": replace(offered, wanted=(), courses=0, names=()),
        "stick-unreadable": replace(offered, wanted=(), courses=0, problem="Input/output error"),
        "stick-copying": replace(offered, state=StickState.COPYING, effect=7),
        "stick-partly": replace(offered, state=StickState.DONE, problem="bad place"),
        "stick-done": replace(offered, state=StickState.DONE),
        "stick-pulled": replace(offered, state=StickState.PULLED),
        "stick-news": replace(update, wanted=(), courses=0),
        "stick-all": replace(update, crowded=2, entries=38),
        "stick-older": replace(offered, wanted=(), courses=0, documents=Documents.OLDER, signed_wall_ms=week_ago),
        "stick-records": replace(offered, wanted=(), courses=0, names=(), entries=38),
        "stick-asks": replace(offered, wanted=(), courses=0, names=(), asks=True),
        "stick-asks-news": replace(update, wanted=(), courses=0, asks=True),
        "stick-asked": replace(written, documents=Documents.TAKEN, entries=0, asks=True),
        "stick-taking": replace(update, state=StickState.TAKING, effect=7),
        "stick-writing": replace(update, state=StickState.WRITING, effect=7),
        "stick-all-done": replace(update, state=StickState.DONE, documents=Documents.TAKEN, entries=38),
        "stick-records-done": replace(written, documents=Documents.NONE),
        "stick-read-only": replace(written, entries=0, trouble="read-only", documents=Documents.TAKEN),
        "stick-refused": replace(written, documents=Documents.REFUSED),
        "stick-incomplete": replace(written, documents=Documents.INCOMPLETE, trouble="full"),
    }
    stores = {"stick-copying": half, "stick-partly": half, "stick-done": whole, "stick-all-done": whole}
    worlds = {}
    for name, stick in states.items():
        world = replace(base(StickScreen()), stick=stick)
        blobs = {**world.store.blobs, **stores.get(name, {})}
        worlds[name] = replace(world, store=replace(world.store, blobs=blobs))
    return {**worlds, "stick-none": base(StickScreen())}


def _settings() -> dict[str, World]:
    other = Preferences(large_type=True, night_percent=45, most_percent=70, keys={353: "ok"})
    unknown = at(base(SettingsScreen(), proposed(base())), trust="unknown", wall_ms=NOW_MS - 9 * 86_400_000)
    return {
        "settings": base(SettingsScreen()),
        "time-unknown": unknown,
        "time-keyed": replace(unknown, screens=(HomeScreen(), TimeScreen(("2026", "3", "4", "19", "0"), 4, False))),
        "time-wrong": replace(
            unknown, screens=(HomeScreen(), TimeScreen(("2026", "2", "30", "19", "5"), 2, error="没有 2 月 30 日"))
        ),
        "time-trusted": base(SettingsScreen(), proposed(base())),
        "settings-clock-unknown": at(base(SettingsScreen(4)), trust="unknown"),
        **_learning(),
        "settings-no-sounds": _without_sounds(base(SettingsScreen(5))),
        "settings-silent": replace(base(SettingsScreen(6)), preferences=Preferences(prompts=False, music=False)),
        "settings-changed": replace(base(SettingsScreen(2)), preferences=other),
        "volumes": base(SettingsScreen(), VolumesScreen(1)),
        "volumes-limited": replace(base(SettingsScreen(), VolumesScreen(2)), preferences=other, volume_percent=0),
        **{f"picture-test-{card + 1}": base(SettingsScreen(), PictureTestScreen(card)) for card in range(3)},
    }


def _without_sounds(world: World) -> World:
    assert world.generation is not None
    return replace(world, generation=replace(world.generation, sounds=Sounds()))


def all_states() -> dict[str, State]:
    """Return every state by name."""
    plain = {
        **_binding(),
        **_home(),
        **_sessions(),
        **_playing(),
        **_information(),
        **_live(),
        **_status(),
        **_phone(),
        **_settings(),
        **_checks(),
        **_sticks(),
        **_kept(),
        **_faults(),
    }
    from .danger import danger_states  # noqa: PLC0415 - these begin with the worlds of this file
    from .odd import odd_states  # noqa: PLC0415 - likewise
    from .recordings import recording_states  # noqa: PLC0415 - likewise
    from .sessions import (  # noqa: PLC0415 - likewise
        holding_states,
        planning_states,
        record_states,
    )

    return {
        **{name: (world, SHELF) for name, world in plain.items()},
        **_catalogue(),
        **_orders(),
        **planning_states(),
        **holding_states(),
        **danger_states(),
        **odd_states(),
        **record_states(),
        **recording_states(),
    }


STATES_WITHOUT_KEYS = frozenset({"resting", "resting-clock-unknown", "playing-bare", "playing-urgent", "live-bare"})
"""The moving picture alone: nothing lies over it until a key is pressed, but a notice that brings its own."""
