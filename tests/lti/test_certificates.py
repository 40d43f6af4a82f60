"""An LMS with a certificate of the school's own authority, and what is said of certificates that prove nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from lti.lms import NOW, TOOL, KeyShelf, registration
from lti.secure_servers import Authority, hanging_up, secure_server
from lti_tool.lti.errors import CertificateRefused, LaunchRefused, PlatformError, RegistrationFailed
from lti_tool.lti.http import http_from
from lti_tool.lti.key_sets import KeySets
from lti_tool.lti.registration import register
from lti_tool.settings import Settings, SettingsError, read_settings


@pytest.fixture
def school(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "School")


def refused(url: str, ca_file: Path | None = None) -> CertificateRefused:
    http = http_from(Settings(allow_private_platforms=True, certificate_authorities=ca_file))
    with pytest.raises(CertificateRefused) as caught:
        http.get(url)
    assert not caught.value.permanent, "a certificate can be mended, and grades must still arrive then"
    return caught.value


def test_a_school_with_its_own_authority_is_trusted_once_the_operator_names_it(school: Authority) -> None:
    with secure_server(school.certificate()) as url:
        error = refused(url)
        assert "comes from an authority that Cairn does not know" in error.message
        assert (error.who, "CA_FILE" in error.cure) == ("tool operator", True)
        http = http_from(Settings(allow_private_platforms=True, certificate_authorities=school.file))
        assert http.get(url).ok


def test_the_schools_authority_comes_beside_the_public_ones(
    school: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = Authority(tmp_path, "Public")
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(public.file))
    http = http_from(Settings(allow_private_platforms=True, certificate_authorities=school.file))
    with secure_server(school.certificate()) as ours, secure_server(public.certificate()) as theirs:
        assert http.get(ours).ok
        assert http.get(theirs).ok


def test_another_authority_does_not_help(school: Authority, tmp_path: Path) -> None:
    with secure_server(school.certificate()) as url:
        assert "does not know" in refused(url, Authority(tmp_path, "Another").file).message


def test_a_certificate_that_has_expired_is_its_own_trouble(school: Authority) -> None:
    with secure_server(school.certificate(lasts=-timedelta(minutes=5))) as url:
        error = refused(url, school.file)
    assert "has expired" in error.message
    assert (error.who, "CA_FILE" in error.cure) == ("lms admin", False)


def test_a_server_that_hangs_up_is_not_blamed_for_its_certificate() -> None:
    http = http_from(Settings(allow_private_platforms=True))
    with hanging_up() as url, pytest.raises(PlatformError) as caught:
        http.get(url)
    assert "hangs up" in caught.value.message
    assert not isinstance(caught.value, CertificateRefused)
    assert not caught.value.permanent


def test_a_certificate_for_another_name_is_its_own_trouble(school: Authority) -> None:
    with secure_server(school.certificate(host="moodle.example.edu")) as url:
        error = refused(url, school.file)
    assert "is for another name" in error.message
    assert error.who == "lms admin"


def test_an_installer_hears_who_can_make_the_authority_known(school: Authority) -> None:
    http = http_from(Settings(allow_private_platforms=True))
    with secure_server(school.certificate()) as url, pytest.raises(RegistrationFailed) as caught:
        register(url, "token", TOOL, http)
    assert caught.value.who == "tool operator"
    assert "CA_FILE" in caught.value.tell


def test_a_launch_says_it_too(school: Authority) -> None:
    http = http_from(Settings(allow_private_platforms=True))
    with secure_server(school.certificate()) as url, pytest.raises(LaunchRefused) as caught:
        KeySets(http.get, KeyShelf()).find(replace(registration(), key_set_url=url), "key-1", NOW)
    assert (caught.value.code, caught.value.who) == ("keys_unreachable", "tool operator")
    assert "an authority that Cairn does not know" in caught.value.what
    assert "CA_FILE" in caught.value.tell


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), ("no certificate", "holds no certificate in PEM form")],
    ids=["no file", "no certificate"],
)
def test_a_file_that_names_no_authority_is_said_at_the_start(
    content: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "ours.pem"
    if content is not None:
        place.write_text(content)
    monkeypatch.setenv("CA_FILE", str(place))
    with pytest.raises(SettingsError, match=f"CA_FILE: .*{said}"):
        read_settings()


def test_the_authority_comes_from_the_environment(school: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CA_FILE", str(school.file))
    assert read_settings().certificate_authorities == school.file
    monkeypatch.setenv("CA_FILE", "")
    assert read_settings().certificate_authorities is None, "as a container file passes on what nobody set"
