"""The one way out: what it refuses to fetch, and how it fails."""

from __future__ import annotations

import errno
import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import requests
import responses

from lti_tool.lti.errors import PlatformError
from lti_tool.lti.http import Http, http_from, new_session
from lti_tool.lti.wires import AddressRefused, checked_addresses, is_public
from lti_tool.settings import Settings

URL = "https://lms.example.edu/jwks"


def way_out(allow_private: bool = False) -> Http:
    return Http(session=new_session(allow_private=allow_private), allow_private=allow_private, timeout_seconds=2)


def failed(http: Http, url: str = URL, method: str = "GET", **more) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        http.request(method, url, **more)
    return caught.value


@responses.activate
def test_we_say_who_we_are_and_keep_no_cookies():
    responses.get(URL, json={"keys": []}, headers={"Set-Cookie": "a=b"})
    http = way_out()
    assert http.get(URL).json() == {"keys": []}
    http.get(URL)
    assert responses.calls[0].request.headers["User-Agent"].startswith("Cairn/")
    assert "Cookie" not in responses.calls[1].request.headers


@responses.activate
def test_an_error_status_is_an_answer():
    responses.get(URL, status=503, body="down")
    answer = way_out().get(URL)
    assert (answer.status, answer.ok, answer.text) == (503, False, "down")


REFUSED = {
    "http": "http://lms.example.edu/jwks",
    "this machine": "https://127.0.0.1/jwks",
    "this machine, otherwise": "https://[::1]/jwks",
    "a private address": "https://10.0.0.5/jwks",
    "a cloud's own address": "https://169.254.169.254/latest/meta-data",
    "IPv4 inside IPv6": "https://[::ffff:10.0.0.5]/jwks",
    "a file": "file:///etc/passwd",
    "another protocol": "ftp://lms.example.edu/jwks",
    "with a password": "https://user:word@lms.example.edu/jwks",
    "no host": "https:///jwks",
    "no address": "jwks",
    "a broken port": "https://lms.example.edu:x/",
    "a broken bracket": "https://[::1/jwks",
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED.keys())
def test_some_addresses_are_never_fetched(url):
    assert failed(way_out(), url).permanent


@responses.activate
def test_private_addresses_are_fetched_when_the_operator_allows_it():
    responses.get("http://127.0.0.1:8100/jwks", json={})
    assert way_out(allow_private=True).get("http://127.0.0.1:8100/jwks").ok


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_addresses_that_are_public(address):
    assert is_public(address)


def lookup(monkeypatch, *numbers: str) -> list[str]:
    asked: list[str] = []

    def answer(host, port, *args, **kwargs):
        asked.append(host)
        family = socket.AF_INET6 if ":" in numbers[0] else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    lookup(monkeypatch, "10.0.0.5")
    error = failed(way_out())
    assert error.permanent
    assert "not a public address" in error.message


def test_a_name_that_leads_outside_and_inside_is_refused(monkeypatch):
    lookup(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(AddressRefused):
        checked_addresses("lms.example.edu", 443)


def test_the_number_that_was_checked_is_the_one_connected_to(monkeypatch):
    """A name that changes between looking and connecting (DNS rebinding) gains nothing."""
    asked = lookup(monkeypatch, "93.184.216.34")
    connected = []

    def connect(address, *args, **kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    assert not failed(way_out()).permanent
    assert asked == ["lms.example.edu"]
    assert connected == [("93.184.216.34", 443)]


def test_an_lms_of_two_kinds_of_numbers_is_reached_where_one_kind_leads_nowhere(monkeypatch):
    lookup(monkeypatch, "2600:9000:1::5", "93.184.216.34", "93.184.216.35")
    connected = []

    def connect(address, *args, **kwargs):
        connected.append(address[0])
        raise OSError(errno.ENETUNREACH, "no way there") if ":" in address[0] else ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    assert "cannot be reached" in failed(way_out()).message
    assert connected == ["2600:9000:1::5", "93.184.216.34", "93.184.216.35"]


def test_a_name_nobody_knows_is_a_passing_trouble(monkeypatch):
    def nobody(*args, **kwargs):
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error = failed(way_out())
    assert not error.permanent
    assert "cannot be reached" in error.message


@responses.activate
@pytest.mark.parametrize(
    "trouble",
    [requests.ConnectTimeout(), requests.ReadTimeout(), requests.ConnectionError(), requests.exceptions.SSLError()],
)
def test_no_answer_is_a_passing_trouble(trouble):
    responses.get(URL, body=trouble)
    error = failed(way_out())
    assert (error.permanent, error.status) == (False, None)
    assert "lms.example.edu" in error.message


@responses.activate
def test_a_redirect_on_the_same_host_is_followed():
    responses.get(URL, status=302, headers={"Location": "/keys"})
    responses.get("https://lms.example.edu/keys", json={"keys": []})
    assert way_out().get(URL).json() == {"keys": []}


@responses.activate
@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example.com/",
        "http://lms.example.edu/jwks",
        "//evil.example.com/",
        "https://lms.example.edu:x/",
        "",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(location):
    responses.get(URL, status=302, headers={"Location": location})
    failed(way_out(), headers={"Authorization": "Bearer secret"})
    assert len(responses.calls) == 1


@responses.activate
def test_going_in_circles_ends():
    responses.get(URL, status=302, headers={"Location": URL})
    assert "circles" in failed(way_out()).message
    assert len(responses.calls) == 4


@responses.activate
def test_a_post_is_never_redirected():
    responses.post(URL, status=307, headers={"Location": "/elsewhere"})
    assert way_out().request("POST", URL, body=b"{}").status == 307


@responses.activate
def test_an_endless_answer_is_cut_off():
    responses.get(URL, body=b"x" * 3_000_000)
    error = failed(way_out(), limit_bytes=1_000_000)
    assert not error.permanent
    assert "1 MB" in error.message


DRIPS = {
    "first line": (b"", b"H"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.mark.parametrize(("begin", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_a_dripping_answer_meets_its_deadline(begin: bytes, drop: bytes) -> None:
    with dripping(begin, drop) as url:
        http = Http(session=new_session(allow_private=True), allow_private=True, timeout_seconds=0.2)
        assert "took too long" in failed(http, url).message


def test_an_answer_that_was_packed_small_is_not_unpacked_beyond_the_limit() -> None:
    """A few hundred bytes may stand for gigabytes, more so when packed twice."""
    packed = gzip.compress(gzip.compress(bytes(200_000_000), 1))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    with dripping(head.encode() + packed, b"") as url:
        http = way_out(allow_private=True)
        tracemalloc.start()
        assert "more than 1 MB" in failed(http, url, limit_bytes=1_000_000).message
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10_000_000


@contextmanager
def dripping(begin: bytes, drop: bytes) -> Iterator[str]:
    """A server that sends a little, again and again, and never ends by itself."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer() -> None:
        with suppress(OSError), server.accept()[0] as visitor:
            visitor.sendall(begin)
            while not over.wait(0.02):
                visitor.sendall(drop)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        over.set()
        server.close()
        thread.join(10)


CUT = {
    "half a character, escaped": (rb'{"name": "Z\ud83d"}', "Z?"),
    "half a character, in bytes": (b'{"name": "Z\xed\xa0\xbd"}', "Z\ufffd\ufffd\ufffd"),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "Z"}', "Z"),
    "a whole character": (rb'{"name": "\ud83c\udf55"}', "🍕"),
}


@pytest.mark.parametrize(("body", "name"), CUT.values(), ids=CUT.keys())
@responses.activate
def test_a_name_cut_in_the_middle_of_a_character_can_be_stored(body: bytes, name: str) -> None:
    responses.get(URL, body=body)
    found = way_out().get(URL).json()["name"]
    assert found == name
    found.encode()


def test_settings_decide():
    http = http_from(Settings(allow_private_platforms=True, http_timeout_seconds=3))
    assert (http.allow_private, http.timeout_seconds) == (True, 3)
