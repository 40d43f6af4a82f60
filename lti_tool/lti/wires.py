"""Connections to LMSs: only to public machines, and no answer that drips for ever."""

from __future__ import annotations

import contextlib
import io
import ipaddress
import socket
import ssl
import time
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError


class AddressRefused(OSError):
    """The name leads to a machine that is not on the public internet."""


def is_public(address: str) -> bool:
    """True for an address of the public internet, also when it hides inside an IPv6 one."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None)
        if inner is None and number in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        number = inner or number
    return number.is_global and not number.is_multicast and not number.is_reserved


_MOST_NUMBERS = 3
"""So many of a name's numbers are tried."""


def checked_addresses(host: str, port: int) -> list[str]:
    """The numbers to connect to, best first, looked up once and checked.

    Connecting to the very numbers that were checked leaves no gap in which the name could point elsewhere (DNS
    rebinding). A name that leads to a public and a private machine is refused as a whole.
    """
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(number) for number in found):
        raise AddressRefused(f"{host} is not a public address")
    return list(dict.fromkeys(found))[:_MOST_NUMBERS]


class _Deadline(io.RawIOBase):
    """What arrives on a socket, until the whole answer has taken too long.

    A time-out of a socket counts from one delivery to the next: a byte each second would keep us for ever.
    """

    def __init__(self, inner: io.RawIOBase, seconds: float) -> None:
        self._inner = inner
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._until:
            raise TimeoutError("the answer drips")
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _TimedAnswer(HTTPResponse):
    """An answer whose first line, headers and body come within twice the time that one delivery may take."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        seconds = sock.gettimeout()
        if seconds is not None:
            self.fp = io.BufferedReader(_Deadline(self.fp.detach(), 2 * seconds))


class _HTTP(HTTPConnection):
    response_class = _TimedAnswer


class _HTTPS(HTTPSConnection):
    response_class = _TimedAnswer


class _GuardedHTTP(_HTTP):
    def _new_conn(self) -> socket.socket:
        return _connect_checked(self, super()._new_conn)


class _GuardedHTTPS(_HTTPS):
    def _new_conn(self) -> socket.socket:
        return _connect_checked(self, super()._new_conn)


def _connect_checked(connection: HTTPConnection, connect: Any) -> socket.socket:
    """Connect to the first checked number that answers, while certificate and Host header keep the name."""
    name = connection._dns_host
    try:
        numbers = checked_addresses(name, connection.port)
    except socket.gaierror as error:
        raise NameResolutionError(name, connection, error) from error
    except AddressRefused as error:
        raise NewConnectionError(connection, str(error)) from error
    try:
        return _first_that_answers(connection, numbers, connect)
    finally:
        connection._dns_host = name


def _first_that_answers(connection: HTTPConnection, numbers: list[str], connect: Any) -> socket.socket:
    """Many LMSs have numbers of both kinds, and a machine may reach only one kind."""
    *others, last = numbers
    for number in others:
        with contextlib.suppress(ConnectTimeoutError, NewConnectionError):
            return _connect_to(connection, number, connect)
    return _connect_to(connection, last, connect)


def _connect_to(connection: HTTPConnection, number: str, connect: Any) -> socket.socket:
    connection._dns_host = number
    made: socket.socket = connect()
    return made


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


class _GuardedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _GuardedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class _Adapter(HTTPAdapter):
    """Connections that trust more authorities than the public ones, which are added to `trusted` as each is made."""

    def __init__(self, trusted: ssl.SSLContext | None, **sizes: Any) -> None:
        self._trusted = trusted
        super().__init__(**sizes)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._trusted, **options)


def adapter(*, allow_private: bool, trusted: ssl.SSLContext | None = None) -> HTTPAdapter:
    """What makes connections for a `requests` session; only to public machines unless `allow_private`."""
    made = _Adapter(trusted, pool_connections=32, pool_maxsize=16, max_retries=0)
    guarded = {"http": _GuardedHTTPPool, "https": _GuardedHTTPSPool}
    made.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool} if allow_private else guarded
    return made
