"""Coming in where the browser keeps no cookies for pages in a frame: all who may keep the secret are asked in turn.

1. The LMS's own window, when the login names it (LTI Platform Storage 0.1, LTI Client Side postMessages 0.1).
2. A partitioned cookie (`session.py`). It is set all the time, so asking costs nothing.
3. The LMS's own window, when no login names it but it says that it can (`lti.capabilities`). It is asked only here:
   most LMSs answer nothing, and waiting for that would slow down each first launch where a cookie works.
4. The unpartitioned cookie, when the person lets us have it (Storage Access API): older browsers know only that.
5. A tab of its own, where we are nobody's third party.

A way we looked at and left out: the headers `Sec-Fetch-Storage-Access` and `Activate-Storage-Access` spare a script
only where the person has allowed our cookies before, in browsers that keep partitioned ones anyway.

Only 2 and 5 work without scripts. Whoever keeps it, the secret decides: a launch whose browser does not show the
secret its login made is refused, so that nobody can be signed in as somebody else by a link or a foreign form. A
secret in a form field proves nothing about the browser unless one of our own pages has sent it: see `kept_by_page`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for

from ..flows.beginning import LaunchSession
from ..flows.launching import LoginUnderWay, OpenedLogin
from .csrf import own_origin
from .errors import Problem, show
from .i18n import _
from .rendering import page, see_other
from .session import carry, login_cookie_name, remember_login, take_visit, try_cookies

TRIED = "tried"
_SECRET = "kept"  # noqa: S105 - the name of a field
_ASKED = "asked"


def is_framed() -> bool:
    """True when the browser says that this page goes into a frame."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def kept_by_page() -> str | None:
    """The login secret that our own page fetched from the LMS's window; None without one.

    Anybody can put a field into a form, and a thief knows the secret of his own login. What he cannot do is send it
    from a page of ours in the victim's browser; the browser itself says where a form comes from.
    """
    sent = request.form.get(_SECRET, "")
    return sent if sent and "Origin" in request.headers and own_origin() else None


def try_cookies_with(asked: dict[str, str]) -> Response:
    """Set a cookie and look at once whether it comes back."""
    response = see_other(_tried(asked))
    try_cookies(response)
    return response


def keep_by_lms(opened: OpenedLogin, asked: dict[str, str]) -> Response:
    """A page that lets the LMS's window keep the login's secret, then goes on; to the cookies where it does not."""
    response = page(
        "public/keeping.html", opened=opened, key=login_cookie_name(opened.state), otherwise=_tried(asked)
    )
    remember_login(response, opened.state, opened.browser_secret, opened.expires_seconds)
    try_cookies(response)
    return response


def prove(waiting: LoginUnderWay, state: str) -> Response:
    """The launch came without its cookie: a page that asks the LMS's window, and the browser, for the secret."""
    if _ASKED in request.form:
        return nobody_keeps(waiting.parameters)
    fields = {name: request.form[name] for name in ("state", "id_token") if name in request.form}
    return nobody_keeps(waiting.parameters, proof=waiting, key=login_cookie_name(state), fields=fields)


def begin_carrying(begun: LaunchSession) -> Response:
    """The first page of a visit that no cookie carries: it takes the secret, and fetches the real page with it."""
    take_visit(begun.id, begun.secret)
    carry(begun.secret)
    return page("public/carrying.html", path=begun.path)


def nobody_keeps(parameters: dict[str, str], **proof: Any) -> Response:
    """The page with the ways that are left: a window that no login named, allowing cookies, or a tab of its own.

    In a tab of its own another tab would end here again: then only the browser's settings help.
    """
    if request.headers.get("Sec-Fetch-Dest") == "document":
        return show(_no_cookies_at_all(), **proof)
    problem = Problem(
        status=403,
        title=_("Your browser did not let Cairn remember you"),
        what=_("Cairn sits in a frame here, and your browser keeps no cookies for pages in a frame."),
        who="you",
        tell=_("Open the activity in a tab of its own. Your work and your grade arrive all the same."),
        code="no_cookies",
    )
    discover = not proof and "lti_storage_target" not in parameters
    return show(problem, again=parameters, discover=discover, **proof)


def _no_cookies_at_all() -> Problem:
    return Problem(
        status=403,
        title=_("Your browser keeps no cookies for Cairn"),
        what=_("Without them Cairn cannot know that it is still you. Nothing you did before is lost."),
        who="you",
        tell=_(
            "Allow cookies for {site} in the settings of your browser. If you cannot, ask whoever looks after this "
            "device. Then go back to your course and open the activity again."
        ).format(site=request.host),
        code="no_cookies",
    )


def _tried(asked: dict[str, str]) -> str:
    return f"{url_for('lti.login')}?{urlencode({**asked, TRIED: '1'})}"
