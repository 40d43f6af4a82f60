"""Declarative rows, one file per subject. *Lives here*: columns, keys, constraints.

*Does not live here*: queries and decisions. *Start reading at* `platforms`, then `people`, `courses`, `evidence`,
`grades`. Importing this package registers every table on `Base.metadata`, which migrations and tests rely on.
"""

from .audit import AuditRow
from .base import Base
from .calibration import CalibrationRow, ParametersRow
from .contents import ContentRow
from .courses import ColumnRow, CourseRow, PlacementRow, RecalculationRow, RulePreviewRow, RuleVersionRow
from .evidence import ActivityVisitRow, AnswerRow, DeskRow, EvidenceRow, ProfileRow, VerdictRow
from .grades import GradePromiseRow
from .launches import LaunchRow, LoginRow
from .openings import ShutOutRow
from .people import EnrolmentRow, PersonRow
from .platforms import (
    AccessTokenRow,
    DeploymentRow,
    InviteRow,
    KeySetRow,
    OrganisationRow,
    RegistrationRow,
    TokenLeaseRow,
    ToolKeyRow,
)
from .teaching import (
    AccommodationRow,
    GoalRow,
    GradeSourceRow,
    LearnerPlanRow,
    SeenGradeRow,
    TeacherWordRow,
    WithdrawalRow,
)

__all__ = [
    "AccessTokenRow",
    "AccommodationRow",
    "ActivityVisitRow",
    "AnswerRow",
    "AuditRow",
    "Base",
    "CalibrationRow",
    "ColumnRow",
    "ContentRow",
    "CourseRow",
    "DeploymentRow",
    "DeskRow",
    "EnrolmentRow",
    "EvidenceRow",
    "GoalRow",
    "GradePromiseRow",
    "GradeSourceRow",
    "InviteRow",
    "KeySetRow",
    "LaunchRow",
    "LearnerPlanRow",
    "LoginRow",
    "OrganisationRow",
    "ParametersRow",
    "PersonRow",
    "PlacementRow",
    "ProfileRow",
    "RecalculationRow",
    "RegistrationRow",
    "RulePreviewRow",
    "RuleVersionRow",
    "SeenGradeRow",
    "ShutOutRow",
    "TeacherWordRow",
    "TokenLeaseRow",
    "ToolKeyRow",
    "VerdictRow",
    "WithdrawalRow",
]
