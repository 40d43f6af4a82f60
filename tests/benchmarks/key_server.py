"""An address that an LMS publishes its keys at, answered by a process of its own, so that only asking is counted."""

from __future__ import annotations

import http.server
import json
import multiprocessing
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_HOST = "localhost"


@contextmanager
def published(key_set: Mapping[str, Any], scheme: str) -> Iterator[str]:
    """The address of a key set, https or http, while the block lasts."""
    server = _server(json.dumps(key_set).encode())
    with _trusted(server) if scheme == "https" else nullcontext():
        child = multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True)
        child.start()
        try:
            yield f"{scheme}://{_HOST}:{server.server_address[1]}/keys"
        finally:
            child.terminate()
            child.join()
            server.server_close()


@contextmanager
def _trusted(server: http.server.HTTPServer) -> Iterator[None]:
    """Let the server speak https, and `requests` trust it meanwhile, beside all the usual authorities.

    Reading their list is part of the first https call of every `requests.Session`, and so it is here.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-keys-") as folder, pytest.MonkeyPatch.context() as patch:
        certificate, bundle = _certificate(Path(folder)), Path(folder) / "trusted.pem"
        trusted = Path(os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where())  # others may be published already
        bundle.write_bytes(trusted.read_bytes() + certificate.read_bytes())
        patch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield


def _server(body: bytes) -> http.server.HTTPServer:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return http.server.ThreadingHTTPServer((_HOST, 0), Answer)


def _certificate(folder: Path) -> Path:
    """A certificate for this machine with its key, good for an hour."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    serial = x509.random_serial_number()
    # A name of its own, or one certificate is taken for another of the same name.
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{_HOST} {serial:x}"[:64])])
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(serial)
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place = folder / "tls.pem"
    place.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return place
