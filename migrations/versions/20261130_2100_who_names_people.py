"""Which names launches and rosters say is remembered apart, who is on the roster, and what teachers call groups

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Until now nobody wrote down who named somebody: of those who were here, their launch did, of the others the roster.
_WAS_HERE = "EXISTS (SELECT 1 FROM enrolments WHERE person_id = people.id AND last_visit_at IS NOT NULL)"
_NAMES = "'name', name, 'given_name', given_name, 'family_name', family_name, 'email', email"


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told", sa.JSON(), server_default="{}", nullable=False))
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_roster", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_group_names", sa.JSON(), server_default="{}", nullable=False))
    as_json = "json_object" if op.get_bind().dialect.name == "sqlite" else "json_build_object"
    names = f"{as_json}({_NAMES})"
    source = f"CASE WHEN {_WAS_HERE} THEN 'launch' ELSE 'roster' END"
    op.execute(
        f"UPDATE people SET told = {as_json}({source}, {names})"  # noqa: S608 - no words of anybody else's
        " WHERE name <> '' OR given_name <> '' OR family_name <> '' OR email <> ''"
    )
    op.execute("UPDATE enrolments SET on_roster = active WHERE role IN ('student', 'teacher', 'assistant')")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.alter_column("own_group_names", server_default=None)
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.alter_column("told", server_default=None)
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.alter_column("on_roster", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_column("own_group_names")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_column("on_roster")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("told")
