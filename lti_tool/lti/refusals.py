"""Every reason why a login or launch is refused, in words for people. One line of `_REASONS` per failure."""

from __future__ import annotations

from typing import NamedTuple

from lti_tool.lti.errors import LaunchRefused, Who

_AGAIN = "Go back to your course and open the activity again from there."
_ADMIN_KEYS = (
    "The tool is installed with other settings than this LMS uses. Compare the issuer, the client id and the "
)
_REPORT = "The message of this LMS breaks a rule of LTI 1.3. Send your LMS support the id at the foot of this page."


class _Reason(NamedTuple):
    title: str
    what: str
    who: Who
    tell: str
    status: int = 400


_REASONS: dict[str, _Reason] = {
    # --- login -------------------------------------------------------------------------------------------------
    "login_incomplete": _Reason(
        "This page opens from your course",
        "The LMS did not send “{missing}”, so we cannot tell where you come from.",
        "you",
        _AGAIN,
    ),
    "platform_unknown": _Reason(
        "Cairn does not know this LMS yet",
        "Cairn is not installed for {issuer} with client id {client_id}.",
        "lms admin",
        "Register the tool for this LMS. Check issuer and client id for typing errors, such as a slash at the end.",
        404,
    ),
    "platform_ambiguous": _Reason(
        "Which installation?",
        "{issuer} is registered more than once and the LMS did not say which client id it means.",
        "lms admin",
        "The login request must carry client_id, because more than one installation shares this issuer.",
    ),
    "platform_pending": _Reason(
        "Almost there",
        "This tool is registered for {issuer}, but nobody has approved it yet.",
        "tool operator",
        "Please approve the registration of {issuer}.",
        403,
    ),
    "platform_paused": _Reason(
        "This installation is paused",
        "Launches from {issuer} are switched off at the moment.",
        "tool operator",
        "People from {issuer} want to come in. Please let it in again, or say why it is paused.",
        403,
    ),
    "target_foreign": _Reason(
        "This link leads elsewhere",
        "The link in your course points to {target}, which is not an address of this tool.",
        "teacher",
        "Remove this activity and add it again. If that does not help, the tool’s address in the LMS is wrong.",
    ),
    # --- the way back ------------------------------------------------------------------------------------------
    "platform_said_no": _Reason(
        "The LMS stopped this launch",
        "The LMS says: {words}.",
        "you",
        "Sign in to your LMS again and open the activity from your course. If that fails, show your teacher this.",
        403,
    ),
    "launch_incomplete": _Reason(
        "This page opens from your course",
        "The launch is incomplete: “{missing}” is missing.",
        "you",
        _AGAIN,
    ),
    "parameter_twice": _Reason("We could not read that", "“{name}” was sent more than once.", "lms admin", _REPORT),
    "not_signed_in": _Reason(
        "You are not signed in any more",
        "Your LMS does not know who you are: you may have been away for long, or signed out in another tab."
        " Everything you did here is saved.",
        "you",
        "Sign in to your LMS again. Then open the activity from your course.",
        403,
    ),
    "state_unknown": _Reason(
        "This launch was used already, or took too long",
        "Each opening of an activity works once and for a few minutes only.",
        "you",
        _AGAIN,
        403,
    ),
    "browser_other": _Reason(
        "Started in another browser",
        "This launch began in another browser window, or your browser keeps no cookies for pages in the LMS.",
        "you",
        "Open the activity again from your course. If it does not help, open it in a new tab or window.",
        403,
    ),
    # --- the signed message ------------------------------------------------------------------------------------
    "token_too_large": _Reason(
        "This launch is too large",
        "The launch message has more than {limit} characters.",
        "lms admin",
        _REPORT,
        413,
    ),
    "token_malformed": _Reason(
        "This launch cannot be read", "The launch message is damaged: {detail}.", "lms admin", _REPORT
    ),
    "token_algorithm": _Reason(
        "Signed in a way we do not accept",
        "The launch is signed with {algorithm}. LTI 1.3 asks for RS256.",
        "lms admin",
        "The LMS must sign launches with RS256.",
        403,
    ),
    "token_no_key_id": _Reason(
        "Signed without a key name",
        "The launch does not say which key signed it (kid).",
        "lms admin",
        _REPORT,
        403,
    ),
    "key_unknown": _Reason(
        "Signed with a key we do not know",
        "The key that signed this launch is not among the keys that {issuer} publishes.",
        "lms admin",
        _ADMIN_KEYS + "key set address ({key_set_url}).",
        403,
    ),
    "keys_unreachable": _Reason(
        "The LMS does not answer us",
        "We could not fetch the public keys of {issuer}, so we cannot check this launch. {detail}",
        "lms admin",
        "The address {key_set_url} must be reachable from the server of this tool. Try again in a minute.",
        503,
    ),
    "signature_wrong": _Reason(
        "The signature does not fit",
        "The launch was changed on its way or signed by somebody else.",
        "lms admin",
        _ADMIN_KEYS + "key set address.",
        403,
    ),
    "issuer_wrong": _Reason(
        "From another LMS",
        "The launch says it comes from {issuer}, but the login started at {expected}.",
        "lms admin",
        _ADMIN_KEYS + "addresses on both sides.",
        403,
    ),
    "audience_wrong": _Reason(
        "Meant for another tool",
        "The launch is addressed to another client id than {expected}.",
        "lms admin",
        _ADMIN_KEYS + "addresses on both sides.",
        403,
    ),
    "party_wrong": _Reason(
        "Meant for another tool",
        "The launch is addressed to several tools and does not name us as the authorised one (azp).",
        "lms admin",
        _REPORT,
        403,
    ),
    "times_missing": _Reason(
        "This launch has no date",
        "The launch does not say when it was made and how long it counts ({missing}).",
        "lms admin",
        _REPORT,
    ),
    "launch_expired": _Reason(
        "This launch has expired",
        "It counted until {until} UTC. Here it is {now} UTC.",
        "you",
        _AGAIN + " If it happens every time, the clock of the LMS or of this tool is wrong.",
        403,
    ),
    "launch_from_future": _Reason(
        "The clocks do not agree",
        "The launch was made at {made} UTC. Here it is {now} UTC.",
        "lms admin",
        "The clock of the LMS server or of this tool’s server is wrong by more than 30 seconds.",
        403,
    ),
    "launch_too_old": _Reason(
        "This launch is too old",
        "It was made at {made} UTC. Here it is {now} UTC.",
        "you",
        _AGAIN,
        403,
    ),
    "nonce_wrong": _Reason(
        "This launch belongs to another login",
        "The launch does not answer the login it came back to (nonce).",
        "you",
        _AGAIN,
        403,
    ),
    # --- what it says ------------------------------------------------------------------------------------------
    "version_wrong": _Reason(
        "Another version of LTI",
        "The launch speaks LTI version {version}. This tool speaks 1.3.0.",
        "lms admin",
        "Install the tool as LTI 1.3 (also called LTI Advantage), not as 1.1 or 1.2.",
    ),
    "message_unknown": _Reason(
        "We do not know this kind of launch",
        "The LMS sent a message of the type “{message_type}”.",
        "lms admin",
        "This tool answers resource links, deep linking, submission review and data privacy launches.",
    ),
    "deployment_missing": _Reason(
        "No deployment id", "The launch does not say which installation it belongs to.", "lms admin", _REPORT
    ),
    "deployment_wrong": _Reason(
        "Two deployment ids",
        "The login named deployment {expected}, the launch named another.",
        "lms admin",
        _REPORT,
        403,
    ),
    "deployment_unknown": _Reason(
        "This installation is not approved yet",
        "The deployment {deployment} of {issuer} is new to us and waits for approval.",
        "tool operator",
        "Please let in the deployment {deployment} of {issuer}. “lti-tool platforms waiting” shows how.",
        403,
    ),
    "deployment_refused": _Reason(
        "This installation was turned down",
        "The operator of this tool does not let in the deployment {deployment} of {issuer}.",
        "tool operator",
        "We would like to use the tool in the deployment {deployment} of {issuer}. Please let it in, or say why not.",
        403,
    ),
    "subject_missing": _Reason(
        "We cannot tell who you are",
        "The LMS did not say who you are (an anonymous launch). Work and grades need a person.",
        "lms admin",
        "Anonymous launches cannot be used with this tool. An id without name or e-mail is enough.",
    ),
    "roles_missing": _Reason(
        "No role", "The launch has no list of roles. An empty list would be fine.", "lms admin", _REPORT
    ),
    "link_missing": _Reason(
        "No resource link id", "The launch does not say which activity was opened.", "lms admin", _REPORT
    ),
    "return_missing": _Reason(
        "No way back",
        "The LMS asks us to choose content but does not say where to send the choice.",
        "lms admin",
        _REPORT,
    ),
    "person_missing": _Reason(
        "About whom?",
        "The LMS did not say which person this is about.",
        "lms admin",
        _REPORT,
    ),
    "message_invalid": _Reason("This launch breaks a rule", "The LMS sent: {detail}.", "lms admin", _REPORT),
}


def refuse(code: str, **details: object) -> LaunchRefused:
    """The refusal of that name, its words filled in. Raise what this returns."""
    reason = _REASONS[code]
    words = {key: clean(str(value)) for key, value in details.items()}
    return LaunchRefused(
        code,
        title=reason.title,
        what=reason.what.format_map(words),
        who=reason.who,
        tell=reason.tell.format_map(words),
        status=reason.status,
    )


def clean(words: str, limit: int = 300) -> str:
    """Foreign words made harmless for a sentence: one line, printable, not too long."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in words[: limit * 4]).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
