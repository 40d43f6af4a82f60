"""The floors: what one signature check and one trivial request cost on this machine, in CPU milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey


def cpu_milliseconds(action: Callable[[], object], rounds: int) -> float:
    """The median CPU time of this process for one `action`, in milliseconds."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        action()
        spent.append(time.process_time() - began)
    return 1000 * median(spent)


def signature_check() -> float:
    """One RS256 verification of an id_token of usual size."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = RSAKey.import_key(private)
    claims = {f"https://purl.imsglobal.org/spec/lti/claim/{n}": "x" * 60 for n in range(20)}
    token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
    return cpu_milliseconds(lambda: jwt.decode(token, key, algorithms=["RS256"]), 300)


def trivial_request() -> float:
    """One request to a Flask application that answers two letters."""
    app = Flask("floor")
    app.add_url_rule("/", view_func=lambda: "ok")
    client = app.test_client()
    return cpu_milliseconds(lambda: client.get("/").data, 500)
