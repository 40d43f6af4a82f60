"""Packages are read whole or refused whole, with every problem named at its place."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from content.packages import as_files, choice_item, package, said
from lti_tool.content import archive
from lti_tool.content.package import dump, load, load_path
from lti_tool.content.problems import PackageErrors


def refusals(data: object) -> list[str]:
    with pytest.raises(PackageErrors) as caught:
        load(json.dumps(data))
    return [str(problem) for problem in caught.value.problems]


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def test_a_valid_package_loads() -> None:
    course = load(json.dumps(package()))
    assert (course.key, len(course.items), len(course.activities)) == ("tiny", 4, 3)
    assert next(iter(course.activities.values())).body == "a\nb"
    assert "<rect" in list(course.items.values())[3].figure


def test_file_folder_and_zip_give_the_same_course(tmp_path: Path) -> None:
    course = load(json.dumps(package()))
    files = as_files(package())
    for name, content in files.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "course.zip").write_bytes(zipped(files))
    (tmp_path / "one.json").write_text(json.dumps(package()))
    assert said(load_path(tmp_path / "course")) == said(course)
    assert said(load_path(tmp_path / "course.zip")) == said(course)
    assert said(load_path(tmp_path / "one.json")) == said(course)
    assert said(load(zipped({f"outer/{name}": content for name, content in files.items()}))) == said(course)


def test_dump_and_load_go_round() -> None:
    course = load(json.dumps(package()))
    again = load(json.dumps(dump(course)))
    assert said(again) == said(course)
    assert dump(again) == dump(course)


def broken_item(**changes: Any) -> dict[str, Any]:
    items = package()["items"]
    items[0] = items[0] | changes
    return package(items=items)


WRONG = {"key": "b", "text": "no"}
RIGHT = {"key": "a", "text": "yes", "correct": True}
ORDER = [{"key": key, "text": key} for key in "abc"]
AB = {"feedback": "f", "misconception": "slip"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (broken_item(colour="red"), "items[0].colour: is not a key of this format"),
        (broken_item(stem=""), "items[0].stem: must have 1 to 2000 characters"),
        (broken_item(stem="x" * 2001), "items[0].stem: must have 1 to 2000 characters"),
        (broken_item(difficulty=9), "items[0].difficulty: must lie between -3 and 3"),
        (broken_item(id="Q 1"), "items[0].id: must be lower-case words joined by hyphens"),
        (broken_item(skills=["nope"]), "items[0].skills[0]: unknown skill “nope”"),
        (broken_item(stem="$1/$"), "items[0].stem: $1/$: a fraction needs something under its line"),
        (broken_item(choices=[RIGHT]), "items[0].choices: no choice is wrong, so there is nothing to decide"),
        (
            broken_item(choices=[WRONG | AB, WRONG | AB | {"key": "c"}]),
            "items[0].choices: one choice must be right, here 0 are",
        ),
        (
            broken_item(choices=[RIGHT, WRONG | {"misconception": "slip"}]),
            "items[0].choices[1].feedback: a wrong choice needs words",
        ),
        (
            broken_item(choices=[RIGHT, WRONG | {"feedback": "f"}]),
            "items[0].choices[1].misconception: a wrong answer needs the mis",
        ),
        (
            broken_item(choices=[RIGHT, WRONG | AB | {"misconception": "x"}]),
            "choices[1].misconception: unknown misconception “x”",
        ),
        (
            broken_item(choices=[RIGHT, WRONG | AB | {"key": "a"}]),
            "items[0].choices[1]: the key “a” is there twice",
        ),
        (broken_item(texts=["a"]), "items[0].texts: is not used by questions of the kind one_choice"),
        (broken_item(kind="number"), "items[0]: a question of the kind number needs number"),
        (
            broken_item(kind="number", choices=[], number={"value": "abc"}),
            "items[0].number.value: cannot be read as a number",
        ),
        (
            broken_item(kind="number", choices=[], number={"value": "2/4", "form": "lowest_terms"}),
            "items[0].number.value: is not written in the form lowest_terms",
        ),
        (
            broken_item(kind="number", choices=[], number={"value": "1/2"}, expected_wrong=[AB | {"value": "2/4"}]),
            "items[0].expected_wrong[0].value: is right, or is already named",
        ),
        (broken_item(kind="ordering", choices=ORDER[:2]), "items[0].choices: an order needs three cards or more"),
        (
            broken_item(kind="ordering", choices=ORDER, expected_wrong=[AB | {"value": "a,b"}]),
            "items[0].expected_wrong[0].value: must be the keys of all cards",
        ),
        (
            broken_item(kind="matching", choices=[], pairs=[["a", "1"], ["b", "1"]]),
            "items[0].pairs[1]: the right side “1” is there twice",
        ),
        (broken_item(figure="gone", figure_alt="x"), "items[0].figure: unknown figure “gone”"),
        (broken_item(figure="box"), "items[0].figure_alt: a figure needs words for those who cannot see it"),
        (package(language="English!"), "language: "),
        (package(format_version=2), "format_version: "),
        (package(parts=[]) | {"skills": []}, "there are no skills"),
        (package(items=package()["items"][:3]), "the skill “halves” has 3 questions of its own, 4 are needed"),
        (package(activities=[]), "the skill “halves” has no activity"),
        (package(figures={"box": "<svg onload='x' viewBox='0 0 1 1'></svg>"}), "figures.box: the attribute onload"),
        (
            package(items=[*package()["items"], choice_item(0)]),
            "items[4].id: “q-0” is there twice, first at course.json: items[0]",
        ),
        (package(extra=1), "extra: is not a key of this format"),
    ],
)
def test_each_problem_is_named_at_its_place(data: dict[str, Any], expected: str) -> None:
    found = refusals(data)
    assert any(expected in one for one in found), found
    assert all(one.startswith("course.json") for one in found)


def test_activities_are_checked() -> None:
    activities = package()["activities"]
    activities[0] |= {"body": "", "topics": ["nope"]}
    activities[1] |= {"items": ["q-0", "q-0", "gone"]}
    activities[2] |= {"modality": "project"}
    found = "\n".join(refusals(package(activities=activities)))
    for expected in (
        "activities[0].topics[0]: unknown topic “nope”",
        "activities[0].body: there is nothing to read or do",
        "activities[1].items[1]: “q-0” is there twice",
        "activities[1].items[2]: unknown item “gone”",
        "activities[2].skills: only breaks go without a skill",
    ):
        assert expected in found


def test_skills_in_a_circle_are_refused() -> None:
    skills = [
        {"id": "halves", "title": "H", "prerequisites": ["thirds"]},
        {"id": "thirds", "title": "T", "prerequisites": ["halves"]},
    ]
    assert any("run in a circle" in one for one in refusals(package(skills=skills)))


def test_a_skill_in_no_part_is_named() -> None:
    skills = [*package()["skills"], {"id": "thirds", "title": "T"}]
    assert any("“thirds” is in no part" in one for one in refusals(package(skills=skills)))


def test_all_problems_come_at_once_with_their_files() -> None:
    data = package()
    data["items"][0]["colour"] = "red"
    data["items"][3]["number"]["value"] = "x"
    data["misconceptions"]["long"] = ""
    files = as_files(data) | {"notes.exe": b"?", "activities/broken.json": b"{", "README.md": b"fine"}
    with pytest.raises(PackageErrors) as caught:
        load(zipped(files))
    found = str(caught.value)
    for place in (
        "items/first.json: [0].colour",
        "items/second.json: [1].number.value",
        "misconceptions.json: long",
    ):
        assert place in found
    assert "notes.exe: this file has no place" in found
    assert "activities/broken.json: cannot be read as JSON" in found
    assert "README" not in found


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"a": 1, "a": 2}', '{"format_version": NaN}', "[" * 100_000]
)
def test_what_is_no_course_is_refused_not_crashed_on(text: str) -> None:
    with pytest.raises(PackageErrors):
        load(text)


@pytest.mark.parametrize(
    "name", ["../up.json", "/etc/up.json", "items/../../up.json", "C:/up.json", "items\\..\\..\\up.json"]
)
def test_a_zip_that_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(PackageErrors, match="outside the package"):
        load(zipped(as_files(package()) | {name: b"[]"}))


def test_a_zip_that_swells_is_refused() -> None:
    bomb = zipped(as_files(package()) | {"items/bomb.json": b" " * (archive.LARGEST_FILE_BYTES + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(PackageErrors, match="larger than 5 MB"):
        load(bomb)


def test_a_zip_of_too_many_files_is_refused() -> None:
    with pytest.raises(PackageErrors, match="more than 2000 files"):
        load(zipped({f"items/{number}.json": b"[]" for number in range(2001)}))


def test_a_damaged_zip_is_refused() -> None:
    with pytest.raises(PackageErrors, match="damaged"):
        load(zipped(as_files(package()))[:-40])


def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackageErrors, match="no such file"):
        load_path(tmp_path / "gone.zip")
    with pytest.raises(PackageErrors, match=r"course\.json: is missing"):
        load_path(tmp_path)
