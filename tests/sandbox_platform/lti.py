"""The long names of the LTI 1.3 and Advantage specifications, each written down once."""

from __future__ import annotations

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
MESSAGE_TYPE = f"{CLAIM}/message_type"
VERSION = f"{CLAIM}/version"
DEPLOYMENT_ID = f"{CLAIM}/deployment_id"
TARGET_LINK_URI = f"{CLAIM}/target_link_uri"
RESOURCE_LINK = f"{CLAIM}/resource_link"
CUSTOM = f"{CLAIM}/custom"
BASIC_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"
CONTEXT = f"{CLAIM}/context"
ROLES = f"{CLAIM}/roles"
ROLE_SCOPE_MENTOR = f"{CLAIM}/role_scope_mentor"
TOOL_PLATFORM = f"{CLAIM}/tool_platform"
LAUNCH_PRESENTATION = f"{CLAIM}/launch_presentation"
LIS = f"{CLAIM}/lis"
FOR_USER = f"{CLAIM}/for_user"
GROUPS_CLAIM = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
NOTICES_CLAIM = f"{CLAIM}/platformnotificationservice"
NOTICE = f"{CLAIM}/notice"
ORIGIN_CONTEXTS = f"{CLAIM}/origin_contexts"
COPY_NOTICE = "LtiContextCopyNotice"
HELLO_NOTICE = "LtiHelloWorldNotice"

AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DL_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim"
DL_SETTINGS = f"{DL_CLAIM}/deep_linking_settings"
DL_CONTENT_ITEMS = f"{DL_CLAIM}/content_items"
DL_DATA = f"{DL_CLAIM}/data"

LAUNCH = "LtiResourceLinkRequest"
DEEP_LINKING = "LtiDeepLinkingRequest"
DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"
SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"

LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ = f"{LINE_ITEM}.readonly"
RESULT_READ = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERSHIP_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS_SCOPES = (LINE_ITEM, LINE_ITEM_READ, RESULT_READ, SCORE)
NOTICE_HANDLERS = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
GROUPS_READ = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
ALL_SCOPES = (*AGS_SCOPES, MEMBERSHIP_READ, NOTICE_HANDLERS, GROUPS_READ)
SCOPE_WORDS = {
    LINE_ITEM: "Make and change gradebook columns",
    LINE_ITEM_READ: "See its gradebook columns",
    RESULT_READ: "Read grades in its columns",
    SCORE: "Send grades",
    MEMBERSHIP_READ: "Read the class list",
    NOTICE_HANDLERS: "Hear of copied courses",
    GROUPS_READ: "Read the groups of the course",
}

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
