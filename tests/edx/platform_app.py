"""Open edX's own LTI 1.3 code (lti-consumer-xblock, unmodified) as a platform on loopback.

Runs only in the environment of `tests/edx/requirements.lock`, as a program: `python platform_app.py --tool http://127.0.0.1:PORT
--port PORT --database FILE`. It prints one line of JSON when it answers.

The package is a part of edx-platform. What that gives it (courses, members, permissions, the gradebook) is played
here by the `Campus` below: seven functions of its `compat` module. Two addresses are ours: `/start` begins a launch
as the course page would, `/state` tells a test what the platform holds.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

USAGE = "block-v1:Cairn+F1+2026+type@lti_consumer+block@fractions"
PEOPLE = {
    1: ("teacher-1", "Ms Rivera", ["staff"]),
    2: ("student-1", "Ada Osei", ["student"]),
    3: ("student-2", "Bilal Kaya", ["student"]),
    4: ("student-3", "Chidi Park", ["student"]),
}


urlpatterns: list[Any] = []
"""Django looks here; filled once the tool is installed."""


@dataclass
class Campus:
    """What edx-platform knows and the LTI code asks for."""

    base: str
    grades: dict[str, float] = field(default_factory=dict)

    def members(self, course_key: Any) -> dict[int, dict[str, Any]]:
        return {
            number: {"id": number, "name": name, "email": f"{key}@example.org", "roles": list(roles)}
            for number, (key, name, roles) in PEOPLE.items()
        }

    def block(self, location: Any) -> Any:
        def keep(user: str, score: float, maximum: float, comment: str) -> None:
            self.grades[user] = score * maximum

        return SimpleNamespace(
            scope_ids=SimpleNamespace(usage_id=location),
            has_score=True,
            accept_grades_past_due=True,
            is_past_due=lambda: False,
            max_score=lambda: 10.0,
            set_user_module_score=keep,
            weight=10,
            display_name="Fractions",
            lti_1p3_passport_id="",
            context_id="course-v1:Cairn+F1+2026",
        )


def configure(base: str, database: Path) -> None:
    """Django's settings, as few as the package lives on."""
    from django.conf import settings

    settings.configure(
        DEBUG=False,
        DEBUG_PROPAGATE_EXCEPTIONS=True,
        SECRET_KEY="tests only",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "config_models",
            "lti_consumer",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                # Two requests at once wait for each other. (A shared database in memory refuses the second at once.)
                "OPTIONS": {
                    "timeout": 30,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL",
                },
            }
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        PLATFORM_NAME="Open edX practice",
        LMS_ROOT_URL=base,
        LMS_BASE=base,
        LTI_BASE=base,
        LTI_API_BASE=base,
        LEARNING_MICROFRONTEND_URL=base,
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        FEATURES={},
        SERVICE_VARIANT="lms",
    )


def play_campus(campus: Campus) -> None:
    """Stand in for edx-platform where the package asks for it."""
    from lti_consumer.plugin import compat, views

    compat.get_course_members = campus.members
    compat.merge_course_forum_roles = lambda course_key, data: None
    compat.nrps_pii_disallowed = lambda: False
    compat.user_has_studio_write_access = lambda user, course_key: True
    compat.load_enough_xblock = campus.block
    compat.load_block_as_user = campus.block
    compat.get_user_from_external_user_id = lambda external_id: external_id
    views.track_event = lambda name, data: None
    views.get_lti_pii_sharing_state_for_course = lambda course_key: True

    def attach(self: Any, data: dict[int, dict[str, Any]]) -> None:
        for number, member in data.items():
            member["external_id"] = PEOPLE[number][0]

    views.LtiNrpsContextMembershipViewSet.attach_external_user_ids = attach


def install_tool(tool: str) -> Any:
    """The tool as a course author enters it in Studio."""
    from lti_consumer.models import LtiConfiguration
    from opaque_keys.edx.keys import UsageKey

    config = LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        location=UsageKey.from_string(USAGE),
        lti_1p3_oidc_url=f"{tool}/lti/login",
        lti_1p3_launch_url=f"{tool}/lti/launch",
        lti_1p3_redirect_uris=[f"{tool}/lti/launch"],
        lti_advantage_enable_nrps=True,
        lti_advantage_deep_linking_enabled=True,
        lti_advantage_deep_linking_launch_url=f"{tool}/lti/launch",
        lti_advantage_ags_mode=LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC,
    )
    passport = config.lti_1p3_passport
    passport.lti_1p3_tool_keyset_url = f"{tool}/lti/jwks"
    passport.save()
    return LtiConfiguration.objects.get(pk=config.pk)


def routes(campus: Campus, config: Any) -> list[Any]:
    """The package's addresses, and two of ours."""
    from django.urls import include, path

    def start(request: Any) -> Any:
        return _start(request, config)

    def state(request: Any) -> Any:
        return _state(campus, config)

    return [
        path("start", start),
        path("state", state),
        path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer")),
    ]


def _start(request: Any, config: Any) -> Any:
    """Begin a launch as the course page would: straight to the tool's login."""
    from django.http import HttpResponseRedirect
    from lti_consumer.data import Lti1p3LaunchData
    from lti_consumer.models import LtiDlContentItem

    number = int(request.GET["person"])
    key, name, roles = PEOPLE[number]
    choosing = request.GET.get("choose") == "yes"
    item = LtiDlContentItem.objects.filter(lti_configuration=config).first()
    data = Lti1p3LaunchData(
        user_id=number,
        external_user_id=key,
        user_role=roles[0],
        name=name,
        email=f"{key}@example.org",
        config_id=config.config_id,
        resource_link_id=USAGE,
        launch_presentation_document_target="window",
        message_type="LtiDeepLinkingRequest" if choosing else "LtiResourceLinkRequest",
        context_id="course-v1:Cairn+F1+2026",
        context_type=["course_offering"],
        context_title="Fractions with Ms Rivera",
        context_label="F1",
        deep_linking_content_item_id=item.pk if item and not choosing else None,
    )
    return HttpResponseRedirect(config.get_lti_consumer().prepare_preflight_url(data))


def _state(campus: Campus, config: Any) -> Any:
    """Columns, scores, chosen content and published grades, for a test to look at."""
    from django.http import JsonResponse
    from lti_consumer.models import LtiAgsLineItem, LtiAgsScore, LtiDlContentItem

    columns = [
        {
            "id": row.pk,
            "label": row.label,
            "maximum": row.score_maximum,
            "resource_id": row.resource_id,
            "tag": row.tag,
        }
        for row in LtiAgsLineItem.objects.order_by("pk")
    ]
    scores = [
        {
            "column": row.line_item_id,
            "user": row.user_id,
            "given": row.score_given,
            "maximum": row.score_maximum,
            "activity": row.activity_progress,
            "grading": row.grading_progress,
            "at": row.timestamp.isoformat(),
        }
        for row in LtiAgsScore.objects.order_by("pk")
    ]
    chosen = [
        {"type": row.content_type, **row.attributes}
        for row in LtiDlContentItem.objects.filter(lti_configuration=config)
    ]
    return JsonResponse({"columns": columns, "scores": scores, "chosen": chosen, "grades": campus.grades})


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def main() -> None:
    """Start, print where and as whom, answer until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", type=Path, required=True)
    wanted = parser.parse_args()
    base = f"http://localhost:{wanted.port}"
    configure(base, wanted.database)
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    call_command("migrate", verbosity=0)
    campus = Campus(base)
    play_campus(campus)
    config = install_tool(wanted.tool)
    urlpatterns.extend(routes(campus, config))
    server = _Server(("127.0.0.1", wanted.port), _Quiet)
    server.set_app(get_wsgi_application())
    about = {
        "base": base,
        "issuer": base,
        "client_id": config.lti_1p3_client_id,
        "auth_login_url": f"{base}/api/lti_consumer/v1/launch/",
        "auth_token_url": f"{base}/api/lti_consumer/v1/token/{config.passport_id}",
        "key_set_url": f"{base}/api/lti_consumer/v1/public_keysets/{config.passport_id}",
        "deployment_ids": ["1"],
    }
    print(json.dumps(about), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
