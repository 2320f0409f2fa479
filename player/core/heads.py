"""The head count (清点人数): what is proposed, what digits do to the draft, and what may be signed off.

Rules: 应到 is the plan's, or else what it was last time; where nobody has ever said, the count begins there and asks,
and whoever leaves it empty leaves it blank (未填). 实到 is proposed as expected, 党员 as last time. The first digit in
a field replaces what stands there. Of 党员 and 群众, the one that nobody has keyed in is the rest, and both left empty
stay blank; once both are keyed in they must add up to 实到, which, left empty, is their sum. Nobody at all is asked
twice; more than `MOST_HEADS` is a slip of the thumb.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from playlists.entries import HeadCount

from .facts import HeadCountDraft
from .language import _

MOST_HEADS: Final = 2_000
FIELDS: Final = ("expected", "present", "members", "villagers", "on_leave")
_KINDS: Final = ("members", "villagers")
_DIGITS: Final = 4


def propose(expected: int, last: HeadCount | None = None, here: int = 0) -> HeadCountDraft:
    """Return the draft that a count begins with.

    Args:
        expected: How many the plan expects; 0 if it does not say.
        last: The last count at this box.
        here: How many the county expects at its other sessions here; 0 if it has none or does not say.
    """
    heads = expected or (last.expected if last else 0) or here
    usual = _text(last.members) if last else ""
    asked = "present" if heads else "expected"
    return _following(HeadCountDraft(*(stated(heads),) * 2, field=asked, usual_members=usual))


def edit(draft: HeadCountDraft, what: str) -> HeadCountDraft:
    """Return the draft after a digit, ``erase``, ``next`` or ``previous``."""
    if what in ("next", "previous"):
        at = FIELDS.index(draft.field) + (1 if what == "next" else -1)
        return replace(draft, field=FIELDS[min(max(at, 0), len(FIELDS) - 1)], error="", fresh=True)
    text = "" if draft.fresh and what != "erase" else getattr(draft, draft.field)
    text = text[:-1] if what == "erase" else (text + what).lstrip("0")[:_DIGITS] or "0"
    keyed: Any = {draft.field: text, "typed": draft.typed | {draft.field}}
    return _following(replace(draft, **keyed, error="", asked_zero=False, fresh=False))


def _following(draft: HeadCountDraft) -> HeadCountDraft:
    """Return the draft with the kind of heads that nobody has keyed in as the rest; blank where there is none."""
    heads, typed = present(draft), draft.typed & set(_KINDS)
    if len(typed) == len(_KINDS):
        return draft
    if typed == {"villagers"}:
        return replace(draft, members=_rest(heads, draft.villagers))
    members = draft.members if typed else draft.usual_members
    members = members if typed or _number(members) <= heads else ""
    return replace(draft, members=members, villagers=_rest(heads, members))


def _rest(heads: int, others: str) -> str:
    return str(heads - int(others)) if others and int(others) <= heads else ""


def present(draft: HeadCountDraft) -> int:
    """Return the heads that count as present."""
    if draft.present:
        return int(draft.present)
    return _number(draft.members) + _number(draft.villagers)


def check(draft: HeadCountDraft) -> HeadCountDraft | None:
    """Return None if the draft may be signed off, or the draft with its error and the field to mend."""
    heads, split = present(draft), _number(draft.members) + _number(draft.villagers)
    if max(heads, split, _number(draft.on_leave), _number(draft.expected)) > MOST_HEADS:
        wrong = "expected" if _number(draft.expected) > MOST_HEADS else "present"
        return replace(
            draft, field=wrong, fresh=True, error=_("人数超过 {most}，请检查后重新输入").format(most=MOST_HEADS)
        )
    if (draft.members and draft.villagers and split != heads) or split > heads:
        error = _("党员和群众合计 {split} 人，与实到 {heads} 人不一致").format(split=split, heads=heads)
        return replace(draft, field="present", fresh=True, error=error)
    if not heads and not draft.asked_zero:
        return replace(draft, error=_("实到 0 人？没有填错就再按一次确定键"), asked_zero=True)
    return None


def complete(draft: HeadCountDraft) -> HeadCountDraft:
    """Return a checked draft with every figure that its entry has."""
    count = entry(draft, "")
    return replace(
        draft, expected=stated(count.expected), present=str(count.present), members=_text(count.members),
        villagers=_text(count.villagers),
        on_leave=str(count.on_leave), error="",
    )  # fmt: skip


def entry(draft: HeadCountDraft, session: str, neighbours: int = 0) -> HeadCount:
    """Return the entry of a checked draft; ``neighbours`` are the heads of the other village."""
    heads = present(draft)
    members, villagers = (int(text) if text else None for text in (draft.members, draft.villagers))
    if members is not None and villagers is None:
        villagers = heads - members
    elif villagers is not None and members is None:
        members = heads - villagers
    return HeadCount(
        session=session, expected=_number(draft.expected), present=heads, members=members, villagers=villagers,
        on_leave=_number(draft.on_leave), neighbours=neighbours,
    )  # fmt: skip


def stated(expected: int) -> str:
    """Return 应到 as it stands in its field; an entry says 0 where nobody has stated it."""
    return str(expected) if expected else ""


def _number(text: str) -> int:
    return int(text) if text else 0


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
