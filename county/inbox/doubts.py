"""What is odd about a head count: said beside the figure, never a reason to drop it. Pure."""

from __future__ import annotations

from playlists.entries import HeadCount

ROOM_LIMIT = 500


def head_count_doubts(count: HeadCount) -> list[str]:
    """Return what a person should check, as Chinese sentences."""
    doubts = []
    numbers = (count.expected, count.present, count.members, count.villagers, count.on_leave, count.neighbours)
    if any(number is not None and number < 0 for number in numbers):
        doubts.append("人数为负数")
    if count.present == 0:
        doubts.append("实到 0 人，疑似空放电视")
    if count.present + max(0, count.neighbours) > ROOM_LIMIT:
        joint = f"，邻村 {count.neighbours} 人" if count.neighbours > 0 else ""
        doubts.append(f"实到 {count.present} 人{joint}，超出一间活动室的容量")
    if 0 < count.expected * 2 + 20 < count.present:
        doubts.append(f"实到 {count.present} 人，远多于应到 {count.expected} 人")
    members, villagers = count.members, count.villagers
    if members is not None and villagers is not None and members + villagers != count.present:
        doubts.append(f"党员 {members} 与群众 {villagers} 之和不等于实到 {count.present}")
    return doubts
