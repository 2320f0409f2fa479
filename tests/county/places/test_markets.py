"""Market days as the office writes them, for whom they hold, and that boxes get them."""

from __future__ import annotations

from datetime import date

import pytest

from county.errors import Refused
from county.folders import published_folder
from county.places.market_words import market_words, read_market_days
from county.places.markets import held_on, markets, markets_for, rules_of, set_site_market, set_township_market
from county.places.models import Place, Site
from county.publishing.publish import publish
from playlists import documents
from playlists.codec import decode_document
from playlists.targets import box_path
from playlists.trust.repository import Repository
from tests.county.world import County, TestBox


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("农历 3 6 9", "农历 3 6 9"),
        ("农历逢三、六、九", "农历 3 6 9"),
        ("旧历二五八", "农历 2 5 8"),
        ("农历初五，初十", "农历 0 5"),
        ("公历 1 6 10", "公历 0 1 6"),
        ("每周六", "星期六"),
        ("星期三、日；阳历逢8", "星期三、日；公历 8"),
        ("每 6 天 2026-03-06", "每 6 天 2026-03-06"),
        ("每五天，从 2026-3-6 起", "每 5 天 2026-03-06"),
        ("每十二天", None),
        ("逢三六九", None),
        ("农历 12", None),
        ("农历", None),
        ("星期八", None),
        ("每 61 天 2026-03-06", None),
        ("每 5 天 2026-02-30", None),
        ("；".join(["星期六"] * 6), None),
    ],
)
def test_what_people_write_is_understood_or_said_not_to_be(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Refused, match="赶集日"):
            read_market_days(typed)
        return
    rules = read_market_days(typed)
    assert market_words(rules) == kept
    assert read_market_days(kept) == rules


def test_a_site_has_the_market_of_its_township_unless_it_has_its_own_or_none(county: County) -> None:
    stone, willow_bay = Place.objects.get(pk="stone-bridge"), Site.objects.get(pk="site-willow-bay")
    set_township_market(stone, "农历三六九")
    set_site_market(willow_bay, "星期六")
    assert market_words(rules_of(county.site)) == "农历 3 6 9"
    assert market_words(rules_of(willow_bay)) == "星期六"
    groups = ("county", "township-stone-bridge", "township-willow", "site-site-clear-spring", "site-site-willow-bay")
    names = {group: [one.name for one in markets_for(group, markets())] for group in (*groups, "site-x")}
    assert names == {
        "county": ["石桥乡", "柳湾村站点"], "township-stone-bridge": ["石桥乡"], "township-willow": ["柳湾村站点"],
        "site-site-clear-spring": ["石桥乡"], "site-site-willow-bay": ["柳湾村站点"], "site-x": [],
    }  # fmt: skip
    assert [one.name for one in held_on(date(2026, 2, 21), markets())] == ["柳湾村站点"]  # Saturday, the fifth
    set_site_market(county.site, " 无 ")
    assert rules_of(county.site) == ()
    assert markets_for("site-site-clear-spring", markets()) == []
    assert [one.name for one in markets()] == ["石桥乡", "柳湾村站点"]
    with pytest.raises(Refused, match="按乡镇或站点"):
        set_township_market(Place.objects.get(pk="clear-spring"), "星期六")


def test_a_box_gets_the_market_days_of_its_site(county: County) -> None:
    box = TestBox().bound(county)
    set_township_market(Place.objects.get(pk="stone-bridge"), "农历三六九")
    publish()
    body = Repository(published_folder()).read(box_path(box.id))
    found = decode_document(documents.Box, body, "box")
    assert found.site.markets == (documents.MarketDays(calendar="farmers", days=(3, 6, 9)),)
