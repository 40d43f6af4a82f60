"""Who cannot open an activity that their course has, and when the LMS said so

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

from lti_tool.store.tables.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("openers_asked_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("openers_read_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "shut_out",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_shut_out_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placements.id"], name=op.f("fk_shut_out_placement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("placement_id", "person_id", name=op.f("pk_shut_out")),
    )
    with op.batch_alter_table("shut_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shut_out_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("shut_out")
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_column("openers_read_at")
        batch_op.drop_column("openers_asked_at")
