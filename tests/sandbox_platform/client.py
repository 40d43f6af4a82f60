"""Drives a practice LMS from a script: its admin API, and its pages as a browser without scripts would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import requests

from .browsing import TIMEOUT_SECONDS, LaunchForm, UnexpectedPage, new_session, only_form, send

Json: TypeAlias = Any
"""What the admin API answers: dicts and lists, as each method says."""


class LmsRefused(Exception):
    """The admin API said no; the text is its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """How a picker visit ended: the page shown, new activity ids, the tool's notes, why it was refused."""

    page: requests.Response
    activities: tuple[str, ...]
    notes: dict[str, str]
    refused: str | None


class PracticeClient:
    """A practice LMS, reached over HTTP.

    Admin methods use the token. Browser methods take a person key ("teacher", "student-3") and may take a
    session (`new_session()`): one session is one person's browser; without one a fresh browser is used.
    """

    def __init__(self, base_url: str, admin_token: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._admin = new_session()
        self._admin.headers["Authorization"] = f"Bearer {admin_token}"

    # -- the admin API ---------------------------------------------------------------------------------------

    def api(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> Json:
        """One admin request; JSON in and out (None for an empty answer). Raises LmsRefused."""
        answer = self._admin.request(
            method, f"{self.base_url}/admin/api{path}", json=body, params=query, timeout=TIMEOUT_SECONDS
        )
        if not answer.ok:
            raise LmsRefused(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def info(self) -> Json:
        return self.api("GET", "/info")

    def people(self) -> Json:
        return self.api("GET", "/people")

    def students(self) -> Json:
        """The active students, in class order."""
        return [p for p in self.people() if p["kind"] == "student" and p["status"] == "Active"]

    def add_student(self, given_name: str, family_name: str) -> Json:
        return self.api("POST", "/people", {"given_name": given_name, "family_name": family_name})

    def change_person(self, key: str, **values: str) -> Json:
        """given_name, family_name, kind (student, teacher, assistant …), status (Active, Inactive, Removed)."""
        return self.api("PATCH", f"/people/{key}", values)

    def activities(self) -> Json:
        return self.api("GET", "/activities")

    def add_activity(self, client_id: str, **item: Any) -> Json:
        """Place an activity without a picker; `item` is a content item (title, url, custom, lineItem …)."""
        return self.api("POST", "/activities", {"client_id": client_id, **item})

    def copy_activity(self, activity_id: str) -> Json:
        return self.api("POST", f"/activities/{activity_id}/copy")

    def bring_back(self, activity_id: str) -> Json:
        """Delete it, and restore it from the bin: new ids, all grades."""
        return self.api("POST", f"/activities/{activity_id}/bring-back")

    def copy_course(self, **habits: bool) -> Json:
        """A new term: {"context_id", "activities": {old id: new id}, "told": [status]}; habits as in terms.py."""
        return self.api("POST", "/course/copy", habits)

    def bring_back_course(self) -> Json:
        """The course was deleted and is restored from the bin with everybody's grades: the same, under new ids."""
        return self.copy_course(notice=False, grades=True)

    def gradebook(self) -> Json:
        """Columns, each with `grades` by person key and `scores` (everything that arrived, in order)."""
        return self.api("GET", "/gradebook")["columns"]

    def override(self, column_id: str, key: str, points: float | None, comment: str = "") -> None:
        self.api("PUT", f"/gradebook/{column_id}/{key}/override", {"points": points, "comment": comment})

    def restrict(self, activity_id: str, group: str) -> Json:
        """Students of this group alone may open the activity; an empty one lets everybody in again."""
        return self.api("PUT", f"/activities/{activity_id}/restriction", {"group": group})

    def clear_override(self, column_id: str, key: str) -> None:
        self.api("DELETE", f"/gradebook/{column_id}/{key}/override")

    def reset_grades(self) -> None:
        """A teacher resets the course: all grades go."""
        self.api("DELETE", "/gradebook/grades")

    def lock(self, column_id: str, locked: bool = True) -> None:
        """A teacher locks a column, or opens it again."""
        self.api("PUT", f"/gradebook/{column_id}/locked", {"locked": locked})

    def register_by_hand(self, **values: Any) -> Json:
        """name, initiate_login_uri, redirect_uris, jwks_uri, target_link_uri, and what by_hand.py allows."""
        return self.api("POST", "/registrations", values)

    def registrations(self) -> Json:
        return self.api("GET", "/registrations")

    def start_registration(self, tool_url: str | None = None) -> Json:
        """openid_configuration, registration_token, and tool_url with both added."""
        return self.api("POST", "/registrations/start", {"tool_url": tool_url})

    def activate(self, client_id: str) -> Json:
        """The administrator switches on a tool that waits since its registration."""
        return self.api("POST", f"/registrations/{client_id}/activate")

    def set_scopes(self, client_id: str, scopes: list[str]) -> Json:
        return self.api("PATCH", f"/registrations/{client_id}", {"scopes": scopes})

    def misbehave(self, service: str, mode: str, **how: Any) -> Json:
        """Switch a fault on; how: seconds, retry_after, times, share."""
        return self.api("POST", "/switches", {"service": service, "mode": mode, **how})

    def behave(self) -> None:
        """All faults off."""
        self.api("DELETE", "/switches")

    def set_options(self, **options: Any) -> Json:
        """Oddities by their names (see switches.py, Options)."""
        return self.api("PATCH", "/options", options)

    def calls(self, since: int = 0, service: str | None = None) -> Json:
        """{"calls": [...], "counts": {service: n}, "last": number for the next `since`}."""
        return self.api("GET", "/calls", since=since, service=service)

    def clear_calls(self) -> None:
        self.api("DELETE", "/calls")

    def rotate_keys(self) -> str:
        return str(self.api("POST", "/keys/rotate")["kid"])

    def expire_tokens(self) -> int:
        return int(self.api("POST", "/tokens/expire")["expired"])

    def craft_id_token(self, **wanted: Any) -> str:
        """An id_token with anything changed: person, activity_id or client_id, message_type, for_person, nonce,
        claims, nested, omit, header, omit_header, key (see crafting.py)."""
        return str(self.api("POST", "/craft", wanted)["id_token"])

    # -- being a browser -------------------------------------------------------------------------------------

    def sign_in(self, person_key: str, session: requests.Session) -> None:
        """Make this browser somebody's."""
        page = session.get(f"{self.base_url}/as/{person_key}", timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if page.status_code != 302:
            raise UnexpectedPage(f"{page.status_code} for {page.url}")

    def launch(
        self, person_key: str, activity_id: str, session: requests.Session | None = None, target: str = "iframe"
    ) -> LaunchForm:
        """Everything up to the form that carries the id_token to the tool; that form is not sent yet.

        The tool's login address is visited with `session`, so its cookies are in it: pass one to go on with.
        """
        return self._walk(person_key, f"/launch/{activity_id}?target={target}", session)

    def enter(
        self, person_key: str, activity_id: str, session: requests.Session | None = None
    ) -> requests.Response:
        """The whole way: the first page of the tool (after its redirects)."""
        session = session or new_session()
        return send(self.launch(person_key, activity_id, session), session)

    def review(
        self, person_key: str, column_id: str, student_key: str, session: requests.Session | None = None
    ) -> LaunchForm:
        """From the gradebook to one student's work, up to the form for the tool."""
        return self._walk(person_key, f"/launch/review/{column_id}/{student_key}", session)

    def signed_launch(
        self, person_key: str, activity_id: str, session: requests.Session | None = None, **changes: Any
    ) -> LaunchForm:
        """A launch whose login is genuine (state, nonce, cookies) and whose id_token has these changes.

        `changes` as for craft_id_token; the nonce of the login is used unless `nonce` is given.
        """
        session = session or new_session()
        asked = self._authentication_request(person_key, f"/launch/{activity_id}", session)
        wanted = {"person": person_key, "activity_id": activity_id, "nonce": asked["nonce"], **changes}
        fields = {"id_token": self.craft_id_token(**wanted)}
        if "state" in asked:
            fields["state"] = asked["state"]
        return LaunchForm(action=asked["redirect_uri"], fields=fields)

    def open_picker(
        self, person_key: str, client_id: str, session: requests.Session | None = None
    ) -> requests.Response:
        """Add activity: the first page of the tool's picker."""
        session = session or new_session()
        return send(self._walk(person_key, f"/launch/deep-link/{client_id}", session), session)

    def picker_form(self, person_key: str, client_id: str, session: requests.Session | None = None) -> LaunchForm:
        """Add activity, up to the form that opens the picker."""
        return self._walk(person_key, f"/launch/deep-link/{client_id}", session)

    def finish_picking(self, reply: LaunchForm, session: requests.Session | None = None) -> Picked:
        """Send the tool's signed reply (its form with field JWT) to us; says what became of it."""
        page = send(reply, session or new_session())
        deep_link_id = urlsplit(reply.action).path.rsplit("/", 1)[1]
        try:
            outcome = self.api("GET", f"/deep-links/{deep_link_id}")
        except LmsRefused:
            return Picked(page=page, activities=(), notes={}, refused=page.text)
        return Picked(page=page, activities=tuple(outcome["activities"]), notes=outcome["notes"], refused=None)

    def register(self, tool_url: str, session: requests.Session | None = None) -> requests.Response:
        """Install a tool by its registration address: opens the tool's page with a fresh token."""
        address = self.start_registration(tool_url)["tool_url"]
        return (session or new_session()).get(address, timeout=TIMEOUT_SECONDS)

    def _walk(self, person_key: str, path: str, session: requests.Session | None) -> LaunchForm:
        """Course page, tool's login, our /auth: the form that /auth shows."""
        session = session or new_session()
        page = self._at_auth(person_key, path, session)
        if not page.url.startswith(f"{self.base_url}/"):
            raise UnexpectedPage(f"the tool did not come back to /auth: {page.status_code} {page.text[:400]}")
        return only_form(page)

    def _at_auth(self, person_key: str, path: str, session: requests.Session) -> requests.Response:
        return send(self._login_form(person_key, path, session), session)

    def _login_form(self, person_key: str, path: str, session: requests.Session) -> LaunchForm:
        self.sign_in(person_key, session)
        page = session.get(f"{self.base_url}{path}", timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if page.is_redirect:
            return LaunchForm(action=page.headers["Location"], fields={}, method="get")
        return only_form(page)

    def _authentication_request(self, person_key: str, path: str, session: requests.Session) -> dict[str, str]:
        """The parameters the tool sends to /auth, read off its redirect."""
        form = self._login_form(person_key, path, session)
        page = send(form, session, follow=False)
        if page.is_redirect:
            query = urlsplit(page.headers["Location"]).query
            return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
        return only_form(page).fields
