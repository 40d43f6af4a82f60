"""What a launch costs in ltijs, the tool library most used with Node.js, measured in the same run as ours.

`ltijs_tool.cjs` is a tool of two lines with all it keeps in memory, which is less than ltijs does with its own
database. It is fetched from npm by name into `var/bench` the first time, and left out where there is no Node.js.
Counted is all CPU of its process, which here holds the web server too (Node.js has no server-less way in); reading
the counter is taken off. Launches before the first that counts let Node.js compile what it runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from lti_tool.cli.try_.processes import free_port

from .key_server import published
from .plain import CLIENT, ISSUER, claims

VERSION = "5.9.9"
SCHEMES = {f"ltijs {VERSION}, all in memory": "https", "ltijs, with an LMS that has no https": "http"}
"""By name, how the LMS's keys are asked for."""
WARMING = 300
_HERE = Path(__file__).parent
_FOLDER = _HERE.parents[1] / "var" / "bench" / f"ltijs-{VERSION}"


def installed() -> bool:
    """True when ltijs is there, fetched now if need be."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    if not (_FOLDER / "node_modules" / "ltijs").is_dir():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        (_FOLDER / "package.json").write_text("{}")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"ltijs@{VERSION}"]
        return subprocess.run(command, cwd=_FOLDER, check=False).returncode == 0
    return True


def launches(scheme: str) -> Iterator[float]:
    """CPU milliseconds of all requests from login to page, launch by launch, each by a new browser; without end."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = RSAKey.import_key(pem, {"kid": "1", "alg": "RS256", "use": "sig"})
    with (
        published({"keys": [key.as_dict(private=False)]}, scheme) as key_set_url,
        _tool(key_set_url) as (tool, meter),
    ):
        for _ in range(WARMING):
            _launch(tool, key)
        reading = median(-(_spent(meter) - _spent(meter)) for _ in range(50))
        while True:
            before = _spent(meter)
            _launch(tool, key)
            yield _spent(meter) - before - reading


@contextmanager
def _tool(key_set_url: str) -> Iterator[tuple[str, str]]:
    """Addresses of the tool and of its CPU counter."""
    port = free_port("localhost")
    platform = {
        "url": ISSUER,
        "name": "LMS",
        "clientId": CLIENT,
        "authenticationEndpoint": f"{ISSUER}/auth",
        "accesstokenEndpoint": f"{ISSUER}/token",
        "authConfig": {"method": "JWK_SET", "key": key_set_url},
    }
    command = ["node", str(_HERE / "ltijs_tool.cjs"), str(_FOLDER), str(port), json.dumps(platform)]
    env = {**os.environ, "NODE_EXTRA_CA_CERTS": os.environ.get("REQUESTS_CA_BUNDLE", "")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as child:
        try:
            assert child.stdout is not None
            yield f"http://localhost:{port}", f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.terminate()


def _spent(meter: str) -> float:
    """CPU milliseconds of the tool since it began."""
    return int(requests.get(meter, timeout=10).text) / 1000


def _launch(tool: str, key: RSAKey) -> None:
    with requests.Session() as browser:
        asked = {"iss": ISSUER, "login_hint": "1", "target_link_uri": tool, "client_id": CLIENT}
        login = browser.get(f"{tool}/login", params=asked, allow_redirects=False, timeout=10)
        wanted = {name: values[0] for name, values in parse_qs(urlsplit(login.headers["Location"]).query).items()}
        token = jwt.encode({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims(wanted["nonce"]), key)
        page = browser.post(tool, data={"state": wanted["state"], "id_token": token}, timeout=10)
        assert "Hello Ada" in page.text, page.text
