"""Canvas (Instructure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lti_tool.lti.claims import plain
from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row, Service
from lti_tool.lti.platforms.base import Platform, listed
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts
from lti_tool.lti.times import iso
from lti_tool.lti.values import Launch, MessageType, Registration, ScoreToSend

_EXTENSION = "https://canvas.instructure.com/lti/"
_SUBMISSION = _EXTENSION + "submission"
_PICKER_SIZE = (800, 700)
_TOOL_ID = "cairn"
"""By this an account's administrators and its other tools know ours, however it was installed."""
_MENU_IS_FOR = "admins"
"""Teachers and administrators: what the menu opens belongs to the course, not to one activity."""
_THROTTLING = "API documentation, “Throttling”"
_SCORES = "`scores_controller.rb`"
_NOT_NOW = "`Assignment#grade_student`, `Submission::GRADE_STATUS_MESSAGES_MAP`"
_LINKS = "`line_items_controller.rb`, `verify_valid_resource_link`; canvas-lms issue 1944"


class Canvas(Platform):
    """One issuer for all schools of an environment; many deployments of one client."""

    name: ClassVar[str] = "Canvas"
    product_codes: ClassVar[tuple[str, ...]] = ("canvas",)
    issuer_hosts: ClassVar[tuple[str, ...]] = ("canvas.instructure.com", ".instructure.com", ".canvaslms.com")
    frame_hosts: ClassVar[tuple[str, ...]] = ("*.instructure.com",)
    page_paths: ClassVar[tuple[str, ...]] = ("courses", "accounts")
    member_page_limit: ClassVar[int | None] = 100  # 50 without a limit (NRPS documentation)
    lists_link_members: ClassVar[bool] = True
    """Assignments are narrowed to their assignees. Groups and sections are among the few variables that are filled in
    for each member (`course_memberships_provider.rb`, `names_and_roles_serializer.rb`)."""
    narrows_link_members: ClassVar[bool] = True
    """Both are and-ed, and the role is written in full (NRPS documentation; `rlid_users_scope` in the same file)."""
    refusals: ClassVar[tuple[Row, ...]] = (
        # A used-up bucket. Costs are counted after the work is done, so what remains may fall below nothing.
        Row(None, 403, Meaning.SLOW_DOWN, _THROTTLING, says="rate limit exceeded"),
        Row(None, 403, Meaning.SLOW_DOWN, _THROTTLING, header=("X-Rate-Limit-Remaining", r"^(-|0+(\.0*)?$)")),
        # Work that seems to be handed in tomorrow: the clock there is behind ours, and it is right in a while.
        Row(Service.SCORE, 400, Meaning.TROUBLE, _SCORES, says="in the future"),
        Row(None, 422, Meaning.COURSE_OVER, "`gradebook_services.rb`", says="course has concluded"),
        Row(Service.SCORE, 422, Meaning.UNUSABLE, _SCORES, says="attempts"),
        Row(Service.SCORE, 422, Meaning.NOT_PUBLISHED, _SCORES, says="unpublished"),
        Row(Service.SCORE, 422, Meaning.LOCKED, _NOT_NOW, says="closed grading period|being moderated"),
        # The test student, people who are not in the course, and those whom the assignment is not for.
        Row(Service.SCORE, 422, Meaning.NOT_A_STUDENT, _NOT_NOW + "; canvas-lms issue 1659", says="student"),
        # A link that is no assignment takes no column. Without a link Canvas makes an assignment for it.
        Row(Service.NEW_COLUMN, 404, Meaning.LINK_REFUSED, _LINKS),
        Row(Service.NEW_COLUMN, 412, Meaning.LINK_REFUSED, _LINKS),
    )

    def token_audience(self, registration: Registration) -> str:
        """Its own configuration names a bare host as the authorization server; its token address then refuses all but
        itself (`security_controller.rb`, `client_credentials_provider.rb`).
        """
        said = registration.auth_audience
        return said if "://" in said else registration.auth_token_url

    def score_extra(self, score: ScoreToSend) -> dict[str, Any]:
        """Every score would count as a new attempt, and one without a number would empty the grade, unless told so.

        `prioritize_non_tool_grade` spares any grade that is there, ours as well, and answers as if the score counted
        (`score_submission`). So only a first one says it, for the moment between our look and its arrival.

        The time of the work stands in Canvas's own extension, too: versions of before know no other (canvas-lms issue
        1705), and newer ones read the specification's first.
        """
        extra: dict[str, Any] = {"new_submission": False}
        if score.given is None:
            extra["preserve_score"] = True
        elif score.gives_way:
            extra["prioritize_non_tool_grade"] = True
        if score.submitted_at is not None:
            extra["submitted_at"] = iso(min(score.submitted_at, score.at))
        return {_SUBMISSION: extra}

    def shares_link(self, launch: Launch) -> bool:
        """What has no link of its own, such as an item of a module, the course menu or a page, goes by the id of the
        course; so does the grading view (canvas-lms issues 1944 and 1952, hypothesis/lms issue 3228).
        """
        course, link = launch.course, launch.link
        return course is not None and link is not None and link.resource_link_id == course.context_id

    def is_test_installation(self, registration: Registration, launch: Launch | None = None) -> bool:
        """Beta and test are copies of production with the same client ids. In the cloud their issuers differ; on a
        server of one's own only the variable tells.

        The login's `canvas_environment` is not asked: it repeats the issuer in the cloud, is always "production"
        elsewhere (`file.lti_launch_overview`), and a login is not signed.
        """
        host = urlsplit(registration.issuer).hostname or ""
        if launch is not None and launch.custom.get("environment", "").lower() == "true":
            return True
        return ".beta." in f".{host}" or ".test." in f".{host}"

    def group_ids_of(self, custom: Mapping[str, str]) -> tuple[str, ...] | None:
        """Sections, then groups; an installation from before asks for sections only."""
        said = [custom[name] for name in ("groups", "more_groups") if name in custom]
        return tuple(dict.fromkeys(one for part in said for one in listed(part))) if said else None

    def mentored_of(self, launch: Launch) -> tuple[str, ...]:
        """The claim comes only to a tool that sees everything of everybody (`jwt_message.rb`); a variable says the same
        to any tool, with the same subjects (`variable_expander.rb`).
        """
        return launch.mentored or listed(launch.custom.get("observed", ""))

    def group_names_of(self, custom: Mapping[str, str]) -> dict[str, str]:
        """Names of the person's sections, in the order of the sections' numbers (“Variable Substitutions”)."""
        ids = listed(custom.get("groups", ""))
        names = _texts(custom.get("group_names", ""))
        if len(ids) != len(names) or not all(one.isdecimal() for one in ids):
            return {}
        return {
            one: plain(name)[:255] for one, name in zip(sorted(ids, key=int), names, strict=True) if plain(name)
        }

    def custom_parameters(self) -> dict[str, str]:
        """Links have no history here (an unknown variable comes back as it was). Sections are groups, too, and the
        only ones with names."""
        return {
            "context_history": "$Context.id.history",
            "groups": "$Canvas.course.sectionIds",
            "group_names": "$com.instructure.User.sectionNames",
            "more_groups": "$Canvas.group.contextIds",
            "observed": "$com.instructure.User.observees",
            "environment": "$Canvas.environment.test",
        }

    def registration_extra(self) -> dict[str, Any]:
        """Names are sent at this privacy level (documentation of dynamic registration)."""
        return {_EXTENSION + "privacy_level": "name_only", _EXTENSION + "tool_id": _TOOL_ID}

    def message_extra(self, message_type: str) -> dict[str, Any]:
        """The course menu entry stays hidden until a teacher shows it, and is not for students then either; the picker
        has a size of its own (`Lti::IMS::Registration`)."""
        width, height = _PICKER_SIZE
        extra: dict[str, dict[str, Any]] = {
            MessageType.RESOURCE: {
                _EXTENSION + "course_navigation/default_enabled": False,
                _EXTENSION + "visibility": _MENU_IS_FOR,
            },
            MessageType.DEEP_LINKING: {_EXTENSION + "launch_width": width, _EXTENSION + "launch_height": height},
        }
        return extra.get(message_type, {})

    def placements(self, message_type: str) -> tuple[str, ...]:
        """Assignments (they bring a gradebook column), module items, the course menu."""
        if message_type == MessageType.DEEP_LINKING:
            return (_EXTENSION + "assignment_selection", _EXTENSION + "link_selection")
        return (_EXTENSION + "course_navigation",) if message_type == MessageType.RESOURCE else ()

    def endpoints(self) -> tuple[Endpoints, ...]:
        """The cloud's three environments, and a Canvas of one's own (`doc/api/lti_dev_key_config.md`)."""
        cloud = (("", "Canvas in the cloud"), ("beta.", "Its beta environment"), ("test.", "Its test environment"))
        return (
            *(
                _endpoints(label, f"https://canvas.{part}instructure.com", f"https://sso.{part}canvaslms.com")
                for part, label in cloud
            ),
            _endpoints("Canvas on a server of your own", "{site}", "{site}"),
        )

    def configuration(self, facts: ToolFacts) -> dict[str, Any]:
        """The JSON for “Enter URL” (`doc/api/lti_dev_key_config.md`).

        The picker's size stands at its places alone: said of the whole tool, it would be that of every activity's frame
        (`ApplicationController#tool_dimensions`).
        """
        width, height = _PICKER_SIZE
        picking: dict[str, Any] = {"message_type": MessageType.DEEP_LINKING.value, "selection_width": width}
        picking |= {"selection_height": height}
        opening: dict[str, Any] = {
            "message_type": MessageType.RESOURCE.value,
            "default": "disabled",
            "visibility": _MENU_IS_FOR,
        }
        places: dict[str, dict[str, Any]] = {
            "assignment_selection": picking,
            "link_selection": picking,
            "course_navigation": opening,
        }
        common: dict[str, Any] = {"enabled": True, "target_link_uri": facts.tool.launch, "text": facts.name}
        common |= {"icon_url": facts.tool.logo}
        return {
            "title": facts.name,
            "description": facts.description,
            "oidc_initiation_url": facts.tool.login,
            "target_link_uri": facts.tool.launch,
            "public_jwk_url": facts.tool.jwks,
            "scopes": list(facts.scopes),
            "custom_fields": self.custom_parameters(),
            "extensions": [
                {
                    "platform": "canvas.instructure.com",
                    "domain": facts.tool.domain,
                    "tool_id": _TOOL_ID,
                    "privacy_level": "name_only",
                    "settings": {
                        "text": facts.name,
                        "icon_url": facts.tool.logo,
                        "placements": [{"placement": name, **common, **how} for name, how in places.items()],
                    },
                }
            ],
        }

    def guide(self, facts: ToolFacts) -> Guide:
        """Dynamic registration, or a key by configuration address."""
        return Guide(
            slug="canvas",
            name=self.name,
            by_itself=(
                "Open Admin → your account → Developer Keys → + Developer Key → LTI Registration.",
                "Paste the registration address you were sent, and go on.",
                "Read what Cairn asks for, and install.",
            ),
            afterwards=(
                "Switch the new key to ON under Developer Keys.",
                "Open Admin → Settings → Apps → Manage and add the app to the accounts or courses that use it.",
            ),
            by_hand=(
                "Open Admin → your account → Developer Keys → + Developer Key → LTI Key.",
                "Choose “Enter URL” as method, paste the two values below, and save.",
                "Switch the key to ON. The long number under “Details” is the client ID.",
                "Open Settings → Apps → View App Configurations → + App, choose “By Client ID”, paste that number.",
                "At the new app, choose Deployment Id in the wheel menu and copy it.",
            ),
            copied=(
                Copied(field="Redirect URIs", value=facts.tool.launch, note="Canvas compares it letter by letter."),
                Copied(field="JSON URL", value=facts.tool.configuration("canvas")),
            ),
            client_id="Client ID (the number in Developer Keys)",
            deployment_id="Deployment Id (in the app’s wheel menu)",
            teachers="Assignments → + Assignment → Submission Type “External Tool” → Find → Cairn.",
            watch=(
                "The issuer is Canvas’s own address, not your school’s: the form below knows it.",
                "Beta and test are copies of your Canvas. Cairn lets people in there, but sends no grades from them.",
            ),
            endpoints=self.endpoints(),
            has_configuration=True,
        )

    def issuer_slip(self, issuer: str) -> str:
        """A school's own address is the most frequent slip."""
        host = urlsplit(issuer).hostname or ""
        known = {urlsplit(one.issuer).hostname for one in self.endpoints()}
        if host.endswith(".instructure.com") and host not in known:
            return "is your school’s own address; in the cloud it is always https://canvas.instructure.com."
        return super().issuer_slip(issuer)

    def is_same_house(self, host: str, other: str) -> bool:
        """Schools live under one name, sign-in and keys under another."""
        return self.serves_schools(host) and self.serves_schools(other)

    def serves_schools(self, host: str) -> bool:
        """The configuration comes from the issuer's host, the registration goes to the school's, which may be a name of
        its own (`dynamic_registration_controller.rb`, `security_controller.rb`).
        """
        return host.endswith((".instructure.com", ".canvaslms.com"))


def _texts(said: str) -> tuple[str, ...]:
    """A list of texts in JSON, whose marks some versions escape once more; empty for anything else."""
    for written in (said, said.replace('\\"', '"')):
        try:
            found = json.loads(written)
        except ValueError:
            continue
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
    return ()


def _endpoints(label: str, issuer: str, sso: str) -> Endpoints:
    return Endpoints(
        label=label,
        issuer=issuer,
        auth_login_url=sso + "/api/lti/authorize_redirect",
        auth_token_url=sso + "/login/oauth2/token",
        key_set_url=sso + "/api/lti/security/jwks",
    )
