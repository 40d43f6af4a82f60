"""What a gradebook makes of a grade is remembered apart from what it shows

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grade_promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("became_value", sa.Double(), nullable=True))
    # Until now it was what was seen last, unless a teacher's own grade stood there.
    op.execute("UPDATE grade_promises SET became_value = seen_value WHERE overridden_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("grade_promises", schema=None) as batch_op:
        batch_op.drop_column("became_value")
