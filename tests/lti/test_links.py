"""Next-page links, as LMSs really write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti.links import differences_link, names_next, next_link

BASE = "https://lms.example.edu/members?page=1"
NEXT = "https://lms.example.edu/members?page=2"

FORMS = {
    "as the standard writes it": f'<{NEXT}>; rel="next"',
    "unquoted": f"<{NEXT}>; rel=next",
    "single quotes": f"<{NEXT}>; rel='next'",
    "no blank": f'<{NEXT}>;rel="next"',
    "capitals": f'<{NEXT}>; REL="NEXT"',
    "parameters before": f'<{NEXT}>; title="more; of, it"; rel="next"',
    "parameters after": f'<{NEXT}>; rel="next"; type="application/json"',
    "several relations": f'<{NEXT}>; rel="next last"',
    "first of several": f'<{NEXT}>; rel="next", <{BASE}>; rel="current"',
    "last of several": f'<{BASE}>; rel="current",<{BASE}>; rel="first",<{NEXT}>; rel="next"',
    "curly quotes": f"<{NEXT}>; rel=“next”",
    "curly quotes read as Latin-1": f"<{NEXT}>; rel=“next”".encode().decode("latin-1"),
    "a quote that is never closed": f'<{NEXT}>; rel="next',
    "relative": '</members?page=2>; rel="next"',
    "http behind a proxy": '<http://lms.example.edu/members?page=2>; rel="next"',
    "standard port": '<https://lms.example.edu:443/members?page=2>; rel="next"',
}


@pytest.mark.parametrize("header", FORMS.values(), ids=FORMS.keys())
def test_next_page_is_found(header):
    assert next_link(header, BASE).replace(":443", "") == NEXT


def test_letters_keep_their_case_and_commas_stay():
    url = "https://lms.example.edu/Members?Bookmark=AbC,dE;F"
    assert next_link(f'<{url}>; rel="next"', BASE) == url


def test_escaped_ampersands_are_undone():
    header = '<https://lms.example.edu/items?limit=2&amp;from=2>; rel="next"'
    assert next_link(header, BASE) == "https://lms.example.edu/items?limit=2&from=2"


NONE = {
    "nothing": None,
    "empty": "",
    "no next": f'<{BASE}>; rel="first"',
    "next is only part of a word": f'<{NEXT}>; rel="nextish"',
    "next is only a title": f'<{NEXT}>; title="next"; rel="last"',
    "next is only said in a title": f'<{NEXT}>; title="; rel=next"; rel="last"',
    "another word that ends in rel": f'<{NEXT}>; myrel="next"',
    "no target": 'rel="next"',
    "another host": '<https://evil.example.com/members?page=2>; rel="next"',
    "a password in it": '<https://a:b@lms.example.edu/members?page=2>; rel="next"',
    "another port": '<https://lms.example.edu:8443/members?page=2>; rel="next"',
    "no longer secret, on a port of its own": '<http://lms.example.edu:80/members?page=2>; rel="next"',
    "another host without scheme": '<//evil.example.com/members>; rel="next"',
    "a script": '<javascript:alert(1)>; rel="next"',
    "a broken port": '<https://lms.example.edu:x/>; rel="next"',
}


@pytest.mark.parametrize("header", NONE.values(), ids=NONE.keys())
def test_no_page_to_follow(header):
    assert next_link(header, BASE) == ""


def test_a_next_page_elsewhere_is_noticed():
    assert names_next(NONE["another host"])
    assert names_next(NONE["a broken port"])
    assert not names_next(NONE["no next"])
    assert not names_next(None)


def test_differences_are_another_relation():
    header = f'<{NEXT}&since=5>; rel="differences"'
    assert differences_link(header, BASE) == f"{NEXT}&since=5"
    assert next_link(header, BASE) == ""


@given(st.text(max_size=200))
def test_no_header_breaks_the_reader_or_leads_elsewhere(header):
    found = next_link(header, BASE)
    assert found == "" or found.startswith("https://lms.example.edu")


WORDS = st.text(st.characters(codec="ascii", exclude_characters='"<>\\', categories=("L", "N", "P")), max_size=12)


@given(
    quote=st.sampled_from(['"{}"', "'{}'", "{}", "“{}”", "„{}“"]),
    before=WORDS,
    after=WORDS,
    others=st.lists(st.sampled_from(["first", "last", "current", "prev"]), max_size=3),
    where=st.integers(0, 3),
    path=st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=20),
)
def test_next_page_is_found_in_any_company(quote, before, after, others, where, path):
    url = f"https://lms.example.edu/{path}?x=1"
    wanted = f'<{url}>; title="{before}"; rel={quote.format("next")}; type="{after}"'
    links = [f'<{BASE}>; rel="{other}"' for other in others]
    links.insert(min(where, len(links)), wanted)
    assert next_link(", ".join(links), BASE) == url
