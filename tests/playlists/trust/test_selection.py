from playlists.codec import encode_document
from playlists.documents import OrderAnswer
from playlists.keys import SigningKey
from playlists.targets import box_path, course_path, online_bin, plan_path, shard_path
from playlists.trust.refresh import refreshing
from playlists.trust.selection import Selection, add_catalogue, add_courses, named_courses, select_plans
from playlists.trust.sources import DirectorySource
from tests.playlists import samples
from tests.playlists.published import Box, County

KEY = SigningKey.generate()
ME = KEY.fingerprint


def selected(county: County, box: Box, *courses: str) -> Selection:
    with refreshing(DirectorySource(county.folder), generation=None, root=box.root, now=box.now) as refresh:
        selection = select_plans(refresh, ME)
        add_courses(refresh, selection, sorted({*courses, *named_courses(selection.plans, ME)}))
        add_catalogue(refresh, selection)
        return selection


def publish(county: County, *, bound: bool = True, plan: bytes | None = None) -> None:
    courses = [samples.course(name) for name in ("mushrooms", "greenhouse", "bees", "tea", "pigs")]
    county.release(*courses)
    answers = (
        OrderAnswer(order="1", box=ME, state="granted", course="bees"),
        OrderAnswer(order="2", box="somebody-else", state="granted", course="tea"),
    )
    data = plan or encode_document(samples.plan(courses=("mushrooms", "lost"), orders=answers))
    documents = {f"plans-{online_bin('all')}": {plan_path("all"): data}, "pages": {"pages/all.json": b'{"format":1}'}}
    if bound:
        document = encode_document(samples.box(KEY.public_bytes, ME))
        documents[f"boxes-{online_bin(ME)}"] = {box_path(ME): document}
    county.send(documents)


def test_a_box_takes_the_menu_its_plans_and_the_courses_they_name(county: County, box: Box) -> None:
    publish(county)
    found = selected(county, box)
    assert found.box is not None
    assert [plan.group for plan in found.plans] == ["all"]
    assert set(found.courses) == {"mushrooms", "bees"}
    assert {path for path in found.files if path.startswith("courses/")} == {
        course_path("mushrooms"),
        course_path("bees"),
    }
    assert len([path for path in found.files if path.startswith("catalogue/")]) == 5
    assert {box_path(ME), plan_path("all"), "pages/all.json"} <= set(found.files)
    assert found.problems == []


def test_courses_of_the_store_and_the_menu_are_taken_too_and_unknown_ones_passed_over(county: County, box: Box) -> None:
    publish(county)
    assert set(selected(county, box, "pigs", "nowhere").courses) == {"mushrooms", "bees", "pigs"}


def test_a_box_that_is_not_bound_yet_takes_the_menu_only(county: County, box: Box) -> None:
    publish(county, bound=False)
    found = selected(county, box)
    assert (found.box, found.plans, found.courses) == (None, [], {})
    assert {path.split("/")[0] for path in found.files} == {"catalogue"}


def test_a_signed_document_that_nobody_can_read_is_named_and_left_out(county: County, box: Box) -> None:
    publish(county, plan=b'{"format":1,"group":7}')
    found = selected(county, box)
    assert found.plans == []
    assert plan_path("all") not in found.files
    assert found.problems == [f"{plan_path('all')}: $.group: Expected `str`, got `int`"]


def test_nothing_published_yet_is_nothing_to_take(county: County, box: Box) -> None:
    assert selected(county, box) == Selection()


def test_shards_are_read_by_the_bin_they_are_named_by(county: County, box: Box) -> None:
    publish(county)
    assert shard_path("32") in selected(county, box).files
