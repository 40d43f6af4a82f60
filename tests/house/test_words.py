"""Words in their place: LMS names, times, LTI terms, unfinished work, docstrings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from source import ROOT, name, python_files, tracked_files, tree

LMS_NAMES = re.compile(r"canvas|moodle|schoology|blackboard|brightspace|sakai|desire2learn", re.IGNORECASE)
HOME_OF_LMS_NAMES = "lti_tool/lti/platforms/"
TYPED_APOSTROPHE = re.compile(r"[A-Za-z]'(s|t|re|ll|ve)\b")
SPEAKING_FLOORS = tuple(f"lti_tool/{one}" for one in ("learning", "store", "flows", "lti", "web"))
PUBLIC_FLOORS = ("lti_tool/learning", "lti_tool/flows", "lti_tool/lti")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError|[Ss]implified for now")


def code_words(path: Path) -> set[str]:
    """Names and texts a program works with: identifiers and strings, without docstrings."""
    words: set[str] = set()
    docs = {id(node.body[0].value) for node in ast.walk(tree(path)) if _has_docstring(node)}  # type: ignore[attr-defined]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            words.add(node.value)
        for field in ("id", "attr", "name", "arg"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                words.add(value)
    return words


def _has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return (
        isinstance(body, list)
        and bool(body)
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    )


def test_names_of_lms_stand_only_where_their_habits_are_kept() -> None:
    strays = {
        name(path): sorted(word for word in code_words(path) if LMS_NAMES.search(word))[:3]
        for path in python_files("lti_tool")
        if not name(path).startswith(HOME_OF_LMS_NAMES)
    }
    assert not {place: words for place, words in strays.items() if words}


def test_people_read_one_kind_of_apostrophe() -> None:
    """Pages set quotation marks; a typewriter's apostrophe among them looks like a slip. The command line is typed."""
    said = {name(path): _texts(path) for path in python_files(*SPEAKING_FLOORS)}
    said |= {
        name(path): set(re.findall(r'_\("([^"]*)"\)', path.read_text(encoding="utf-8")))
        for path in (ROOT / "templates").rglob("*.html")
    }
    strays = {place: [one for one in words if TYPED_APOSTROPHE.search(one)] for place, words in said.items()}
    assert not {place: words for place, words in strays.items() if words}


def _texts(path: Path) -> set[str]:
    """Texts a program says: no docstrings, neither of functions nor of values."""
    stated = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in stated
    }


def test_every_time_has_a_zone() -> None:
    naive: list[str] = []
    for path in python_files("lti_tool", "tests/sandbox_platform"):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            bare = node.func.attr == "now" and not node.args and not node.keywords
            is_datetime = isinstance(node.func.value, ast.Name) and node.func.value.id == "datetime"
            if node.func.attr in {"utcnow", "utcfromtimestamp"} or (bare and is_datetime):
                naive.append(f"{name(path)}:{node.lineno}")
    assert not naive


def test_learning_has_no_clock_and_no_chance_of_its_own() -> None:
    strays = []
    for path in python_files("lti_tool/learning"):
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if {"random", "time", "secrets", "os"} & set(names):
                strays.append(f"{name(path)}:{node.lineno}")  # type: ignore[attr-defined]
    assert not strays


def test_every_package_says_what_lives_there_and_where_to_start() -> None:
    for path in sorted((ROOT / "lti_tool").rglob("__init__.py")):
        if path.parent.name in {"lti_tool"} or path.parent.parent.name not in {"lti_tool"}:
            continue
        words = (ast.get_docstring(tree(path)) or "").lower()
        for wanted in ("*lives here*", "*does not live here*", "*start reading at*"):
            assert wanted in words, f"{name(path)} does not say {wanted}"


def test_what_others_call_is_explained() -> None:
    silent = [
        f"{name(path)}:{node.name}"
        for path in python_files(*PUBLIC_FLOORS)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_left_unfinished() -> None:
    marks = [
        f"{name(path)}:{number}"
        for path in tracked_files()
        if path.suffix in {".py", ".html", ".js", ".css", ".md"}
        and "vendor" not in path.parts
        and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert not marks


def test_no_address_of_a_registry_is_written_down() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "tests" / "edx" / "requirements.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), f"{name(lock)} holds an address"
        assert "--index-url" not in lock.read_text(encoding="utf-8")


def test_no_two_test_files_share_a_name() -> None:
    """Pytest's plain import mode needs this for files outside packages."""
    seen: dict[str, str] = {}
    for path in python_files("tests"):
        if path.name.startswith("test_") and not (path.parent / "__init__.py").exists():
            assert path.name not in seen, f"{name(path)} and {seen[path.name]}"
            seen[path.name] = name(path)
