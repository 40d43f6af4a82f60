"""Whose certificates are believed, and what is wrong with one that is not.

A school may run its own certificate authority. Then its LMS is trusted by the school's machines and by nobody else,
until the operator names that authority (`CA_FILE`).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from urllib3.util.ssl_ import create_urllib3_context

from lti_tool.lti.errors import CertificateRefused, PlatformError, Who

_RENEW = "The admin of the LMS’s server renews it."
_NAME = "The admin of the LMS’s server gets one for this very name."
_KNOW = (
    "Does the school have a certificate authority of its own? Then save its certificate as a PEM file, set CA_FILE to"
    " that file and start Cairn again. If not, the admin of the LMS’s server lets it send the certificates in between,"
    " too (the full chain)."
)
_LOOK = "The admin of the LMS’s server can see what is wrong with it."
_MEANT: dict[
    int, tuple[str, Who, str]
] = {  # of `SSLCertVerificationError.verify_code`: X509_V_ERR_… in OpenSSL's x509_vfy.h
    10: ("has expired", "lms admin", _RENEW),
    18: ("is signed by nobody but itself, which Cairn does not trust", "tool operator", _KNOW),
    19: ("comes from an authority that Cairn does not know", "tool operator", _KNOW),
    20: ("comes from an authority that Cairn does not know", "tool operator", _KNOW),
    21: ("comes from an authority that Cairn does not know", "tool operator", _KNOW),
    62: ("is for another name", "lms admin", _NAME),
}
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_OTHERWISE: tuple[str, Who, str] = ("is not valid", "lms admin", _LOOK)


def trust(ca_file: Path | None) -> ssl.SSLContext | None:
    """What to check certificates against beside the public authorities, or None for those alone.

    `ca_file` is a PEM file with one certificate or several. Raises OSError when it cannot be read or holds none.
    """
    if ca_file is None:
        return None
    context = create_urllib3_context()
    context.load_verify_locations(cafile=ca_file)
    return context


def refused_certificate(error: Exception, host: str) -> PlatformError:
    """What a failure of TLS says to the person who can mend it. `host` is whose certificate it is.

    A server, or the balancer before one that is down, may just hang up. Nothing is wrong with a certificate then.
    """
    why = next((one for one in _reasons(error) if isinstance(one, ssl.SSLCertVerificationError)), None)
    if why is None and any(isinstance(one, _HUNG_UP) for one in _reasons(error)):
        return PlatformError(f"{host} hangs up. It may be restarting.", permanent=False, words=str(error))
    if why is None:
        said = f"{host} and Cairn cannot agree on a secure connection."
        return CertificateRefused(said, who="lms admin", cure=_LOOK, words=str(error))
    is_what, who, cure = _MEANT.get(why.verify_code, _OTHERWISE)
    return CertificateRefused(
        f"The certificate of {host} {is_what} ({why.verify_message}).", who=who, cure=cure, words=str(error)
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """The failure and those inside: one library wraps another's, as an argument or as `reason`."""
    yield error
    inner = [*error.args, getattr(error, "reason", None)]
    for one in inner:
        if isinstance(one, BaseException) and one is not error:
            yield from _reasons(one)
