"""One run: stories by chance until there were enough kills. Called by the command, the test and the bench."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from random import Random

from demo.stage import DemoFailed
from tests.cuts.place import Place
from tests.cuts.promises import Broken
from tests.cuts.stories import Stories, Told

MOST_PROBLEMS = 5
MOST_KILLS = {"session": 6, "fetching": 8, "syncing": 4, "uploading": 4, "county": 3, "restore": 1}
STORIES = (*MOST_KILLS, "session", "fetching")


def run(
    place: Place, times: int, seed: int, say: Callable[[str], None], *, only: Sequence[str] = STORIES, most: int = 8
) -> Told:
    """Tell stories until so many kills have come; return what there is to say.

    Args:
        place: Where they are told.
        times: Kills in all.
        seed: Of the stories and their moments; what the machine makes of them differs a little each time.
        say: Hears a line for each kill and each problem.
        only: The stories to tell, in turn and shuffled.
        most: Kills in one story.
    """
    stories = Stories(place, Random(seed), say)
    while stories.told.kills < times and len(stories.told.problems) < MOST_PROBLEMS:
        for name in stories.chance.sample(only, len(only)):
            _tell(stories, name, min(most, MOST_KILLS[name], times - stories.told.kills))
    return stories.told


def _tell(stories: Stories, name: str, most: int) -> None:
    told = stories.told
    if most <= 0 or len(told.problems) >= MOST_PROBLEMS:
        return
    stories.say(f"       {name}")
    try:
        getattr(stories, name)(stories.chance.randint(1, most))
    except (Broken, DemoFailed) as error:
        told.problems.append(f"{name}, after kill {told.kills}: {type(error).__name__}: {error}")
        stories.say(f"PROBLEM {traceback.format_exc()}")
        stories.recover()


def report(told: Told, seed: int, seconds: float) -> Iterator[str]:
    """Yield the lines that sum a run up."""
    victims = ", ".join(f"{victim} {times}" for victim, times in sorted(told.victims.items()))
    kinds = ", ".join(f"{kind} {times}" for kind, times in sorted(told.kinds.items()))
    yield f"seed {seed}: {told.kills} kills in {seconds:.0f} s: {victims}\n"
    yield f"moments: {kinds}\n"
    yield f"sessions held {told.sessions}, county restored {told.restores} times\n"
    if told.needed_bytes:
        ratio = told.fetched_bytes / told.needed_bytes
        yield f"bytes through the line / needed: {told.fetched_bytes} / {told.needed_bytes} = {ratio:.4f}\n"
    yield (
        "looked at after every kill: journal (integrity, chain, nothing seen is lost), acknowledgement, generation, "
        "store (hashes, marks), published versions, own faults; at the end of a story: the county's entries, chain, "
        "plays, heads, sessions, doubts\n"
    )
    yield f"problems found: {len(told.problems)}\n"
    yield from (f"  {problem}\n" for problem in told.problems)
