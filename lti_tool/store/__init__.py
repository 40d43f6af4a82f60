"""Memory: SQLAlchemy 2 on SQLite to try and PostgreSQL to run.

*Lives here*: tables, the engine, writes (rows <-> learning values, one module per subject, every function takes a
`Session` first) and reads for pages (`pages/`: one module per page, one frozen dataclass out).

*Does not live here*: decisions (learning), transactions (flows open and close them), HTTP, LMS messages.

*Start reading at* `tables` (one file a subject), then `evidence` and `grades`.

We chose plain functions over repositories because there is one implementation, and the SQLAlchemy `Session` already
is the unit of work. Evidence is append-only: the ORM refuses to change a row (`tables/evidence.py`). Course content
is stored as one immutable document per version and parsed once per process (`contents.py`), because a page needs
most of it and it never changes. People are keyed by deployment, since small LMSs hand out user numbers such as "5".
"""
