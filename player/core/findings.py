"""What a self-check (设备自检) finds: of each item, whether it is well, and else the code to read over the telephone.

Faults that are known anyway count for the item that they are of; what only the check can tell, such as a cable that is
not in or a tone that nobody heard, has a code too. Pure. Used by `check`, and by the page that shows it.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from . import faults
from .faults import fault
from .language import N_, _
from .lives.room import Check, CheckState
from .schedule import is_known
from .world import World

Item = Literal["line", "picture", "sound", "storage", "clock", "heat", "remote"]
NAMES: Final[dict[Item, str]] = {
    "line": N_("网络"), "picture": N_("画面"), "sound": N_("声音"), "storage": N_("存储"), "clock": N_("时间"),
    "heat": N_("温度"), "remote": N_("遥控器"),
}  # fmt: skip
_OF: Final[dict[Item, tuple[str, ...]]] = {  # the faults that are an item's, the worst first
    "line": (
        faults.BOX_REVOKED, faults.COUNTY_REFUSES, faults.UNTRUSTED_UPDATE, faults.WRONG_ANSWER,
    ),
    "picture": (faults.PICTURE_STUCK, faults.NO_PICTURE, faults.OPTION_REFUSED),
    "sound": (faults.NO_SOUND,),
    "storage": (
        faults.CARD_READ_ONLY, faults.JOURNAL_UNWRITABLE, faults.CARD_FAILING, faults.DISK_FULL, faults.CARD_SLOW,
        faults.JOURNAL_DAMAGED, faults.BLOB_ALTERED, faults.CONFIG_WRONG, faults.CHOICES_LOST,
    ),
    "clock": (faults.CLOCK_UNKNOWN,),
    "heat": (faults.TOO_HOT,),
    "remote": (faults.REMOTE_MISSING,),
}  # fmt: skip


class Finding(msgspec.Struct, frozen=True):
    """One item: ``state`` is ``good``, ``bad``, ``unknown`` or ``busy``; ``code`` names the fault of a bad one."""

    item: Item
    state: Literal["good", "bad", "unknown", "busy"]
    code: str = ""
    words: str = ""


def findings(world: World) -> tuple[Finding, ...]:
    """Return what is found of each item, in the order in which they are shown."""
    return tuple(_finding(world, item) for item in NAMES)


def codes(found: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return the codes of what is wrong, what stops the work first and then the sound, for which people came."""
    bad = [one for one in found if one.code]
    return tuple(one.code for one in sorted(bad, key=_weight))


def _weight(finding: Finding) -> int:
    order = {"stops-work": 0, "hinders": 2, "tell": 3}
    return 1 if finding.item == "sound" else order[fault(finding.code).weight]


def _finding(world: World, item: Item) -> Finding:
    check = world.check
    known = next((code for code in _OF[item] if code in world.faults), "")
    if known:
        return Finding(item, "bad", known, fault(known).title)
    if check is None or (check.state is CheckState.LOOKING and item in ("line", "sound", "heat")):
        return Finding(item, "busy")
    looks = {"line": _line, "sound": _sound, "clock": _clock, "heat": _heat, "storage": _storage}
    found: Finding = looks[item](world, check) if item in looks else Finding(item, "good", words=_("正常"))
    return found if not found.code else replace(found, words=fault(found.code).title)


def _line(world: World, check: Check) -> Finding:
    facts = check.facts
    if not world.settings.has_files:
        return Finding("line", "good", words=_("不用网络，节目由 U 盘送来"))
    if facts is not None and facts.cable is False:
        return Finding("line", "bad", faults.NO_CABLE)
    if facts is not None and not facts.address:
        return Finding("line", "bad", faults.NO_ADDRESS)
    if faults.NO_LINE in world.faults or world.sync.failures:
        return Finding("line", "bad", faults.NO_LINE)
    return Finding("line", "good", words=_("正常"))


def _sound(world: World, check: Check) -> Finding:  # noqa: ARG001
    if check.facts is not None and not check.facts.sound:
        return Finding("sound", "bad", faults.NO_SOUND)
    if check.sound == "silent":
        return Finding("sound", "bad", faults.NOT_HEARD)
    if check.sound == "failed":
        return Finding("sound", "bad", faults.NO_SOUND)
    if check.sound == "heard":
        return Finding("sound", "good", words=_("正常"))
    if check.sound == "busy":
        return Finding("sound", "unknown", words=_("正在播放，没有试"))
    if check.sound == "unanswered":
        return Finding("sound", "unknown", words=_("没有回答"))
    return Finding("sound", "busy", words=_("听到音乐了吗？"))


def _clock(world: World, check: Check) -> Finding:  # noqa: ARG001
    if not is_known(world.now):
        return Finding("clock", "bad", faults.CLOCK_UNKNOWN)
    return Finding("clock", "good", words=_("正常") if world.now.trust == "trusted" else _("估计的时间"))


def _heat(world: World, check: Check) -> Finding:  # noqa: ARG001
    degrees = check.facts.hottest_c if check.facts else None
    if degrees is None:
        return Finding("heat", "unknown", words=_("没有温度计"))
    return Finding("heat", "good", words=_("{degrees} 度，正常").format(degrees=degrees))


def _storage(world: World, check: Check) -> Finding:  # noqa: ARG001
    free_gib = max(0, world.store.free_bytes) / (1 << 30)
    return Finding("storage", "good", words=_("还能存 {size} GB").format(size=f"{free_gib:.1f}"))
