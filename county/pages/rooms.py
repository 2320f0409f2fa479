"""The rooms named at the left of every page, with the number of things that wait in each for this person."""

from __future__ import annotations

from dataclasses import dataclass

from county.accounts.models import Person, Role
from county.channels.lists import CHANNELS
from county.pages.course_reviews import waiting_count
from county.plans.models import Order, OrderState
from county.plans.passing import waiting_for
from county.signing.review import waits_for
from county.sounds.lists import SOUND_LIST

ROOMS = (
    ("概览", "/"),
    ("站点", "/sites"),
    ("课件", "/courses"),
    ("审核签发", "/reviews"),
    ("节目单", "/playlists"),
    ("集中学习", "/sessions"),
    ("信息", "/information"),
    ("直播", "/channels"),
    ("声音", "/sounds"),
    ("点播申请", "/orders"),
    ("收看记录", "/records"),
    ("学习统计", "/figures"),
    ("U 盘交接", "/carried"),
    ("发布", "/publication"),
)


@dataclass(frozen=True)
class Room:
    """A name in the list."""

    name: str
    address: str
    here: bool
    waiting: int


def rooms_for(person: Person, path: str) -> list[Room]:
    """Return all rooms; ``path`` is the present page's."""
    waiting = {"/reviews": waiting_count(person), "/channels": int(waits_for(CHANNELS, person))}
    waiting["/sounds"] = int(waits_for(SOUND_LIST, person))
    waiting["/information"] = len(waiting_for(person))
    if person.role == Role.OPERATOR:
        waiting["/orders"] = Order.objects.filter(state=OrderState.OPEN).count()
    return [Room(name, address, _is_in(path, address), waiting.get(address, 0)) for name, address in ROOMS]


def _is_in(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address + "/"))
