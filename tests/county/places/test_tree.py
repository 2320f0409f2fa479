"""The tree of places holds what belongs where, and finds it again."""

import pytest

from county.errors import Refused
from county.places.models import Place, PlaceKind
from county.places.tree import add_place, add_site, site_of_village, sites_in, sites_seen_by
from tests.county.world import County


def test_a_place_is_refused_under_a_parent_of_the_wrong_kind(county: County) -> None:
    with pytest.raises(Refused, match="不能放在"):
        add_place("lost", PlaceKind.VILLAGE, "某村", Place.objects.get(pk="demo"))
    with pytest.raises(Refused, match="不能放在"):
        add_place("lost", PlaceKind.TOWNSHIP, "某乡")


@pytest.mark.parametrize("identifier", ["", "Upper", "清泉", "a b", "-x", "x" * 49, "clear-spring"])
def test_an_identifier_that_cannot_be_published_or_is_taken_is_refused(county: County, identifier: str) -> None:
    with pytest.raises(Refused, match="代号"):
        add_place(identifier, PlaceKind.VILLAGE, "某村", Place.objects.get(pk="willow"))


def test_a_township_s_sites_are_its_own_and_its_villages(county: County) -> None:
    stone = Place.objects.get(pk="stone-bridge")
    add_site("site-stone-bridge", stone, "石桥乡站点")
    assert {site.pk for site in sites_in(stone)} == {"site-clear-spring", "site-stone-bridge"}
    assert {site.kind for site in sites_in(stone)} == {"village", "township"}
    assert sites_in(Place.objects.get(pk="demo")).count() == 3


def test_a_clerk_sees_the_own_township_and_the_office_everything(county: County) -> None:
    assert [site.pk for site in sites_seen_by(county.person("sun"))] == ["site-clear-spring"]
    assert sites_seen_by(county.person("zhou")).count() == 2


@pytest.mark.parametrize("written", ["柳湾村", " 柳湾 ", "柳湾村站点"])
def test_a_village_is_found_by_the_name_that_its_neighbour_writes(county: County, written: str) -> None:
    assert site_of_village(written, "site-clear-spring") == "site-willow-bay"
    assert site_of_village(written, "site-willow-bay") is None


def test_of_villages_with_one_name_that_of_the_same_township_is_meant(county: County) -> None:
    for number, township in enumerate(("stone-bridge", "willow")):
        place = add_place(f"white-cloud-{number}", PlaceKind.VILLAGE, "白云村", Place.objects.get(pk=township))
        add_site(f"site-white-cloud-{number}", place, "白云村站点")
    assert site_of_village("白云村", "site-clear-spring") == "site-white-cloud-0"
    assert site_of_village("白云村", "site-willow-bay") == "site-white-cloud-1"
    assert site_of_village("白云村", None) is None
    assert site_of_village("", "site-clear-spring") is None
    assert site_of_village("无名村", "site-clear-spring") is None
