CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS signing_keys (
    kid TEXT PRIMARY KEY, private_jwk TEXT NOT NULL, public_jwk TEXT NOT NULL, made_at TEXT NOT NULL, retired_at TEXT
);

CREATE TABLE IF NOT EXISTS people (
    key TEXT PRIMARY KEY,                 -- 'teacher', 'student-3': stable, printable
    user_id TEXT NOT NULL UNIQUE,         -- what tools see as sub
    given_name TEXT NOT NULL, family_name TEXT NOT NULL, email TEXT NOT NULL, sourced_id TEXT NOT NULL,
    kind TEXT NOT NULL,                   -- student teacher assistant designer parent admin
    status TEXT NOT NULL DEFAULT 'Active',-- Active, Inactive (suspended), Removed
    child_key TEXT, position INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS tools (
    client_id TEXT PRIMARY KEY, deployment_id TEXT NOT NULL, name TEXT NOT NULL,
    initiate_login_uri TEXT NOT NULL, redirect_uris TEXT NOT NULL, jwks_uri TEXT NOT NULL,
    target_link_uri TEXT NOT NULL, domain TEXT NOT NULL, scopes TEXT NOT NULL, claims TEXT NOT NULL,
    messages TEXT NOT NULL, custom TEXT NOT NULL, installed_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS notice_handlers (
    client_id TEXT NOT NULL REFERENCES tools ON DELETE CASCADE, notice_type TEXT NOT NULL, handler TEXT NOT NULL,
    PRIMARY KEY (client_id, notice_type)
);

CREATE TABLE IF NOT EXISTS registration_tokens (
    token_hash TEXT PRIMARY KEY, expires_at TEXT NOT NULL, used_at TEXT
);

CREATE TABLE IF NOT EXISTS activities (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES tools ON DELETE CASCADE,
    title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, custom TEXT NOT NULL,
    document_target TEXT NOT NULL,        -- iframe or window
    frame_height INTEGER, available TEXT NOT NULL, submission TEXT NOT NULL,
    history TEXT NOT NULL DEFAULT '', deep_link_id TEXT, position INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS restrictions ( -- who alone may open an activity; none: everybody
    activity_id TEXT PRIMARY KEY REFERENCES activities ON DELETE CASCADE, group_id TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS line_items (
    id TEXT PRIMARY KEY, client_id TEXT REFERENCES tools ON DELETE CASCADE,  -- none: a teacher's own column
    activity_id TEXT REFERENCES activities ON DELETE CASCADE,
    label TEXT NOT NULL, score_maximum REAL NOT NULL, resource_id TEXT, tag TEXT,
    extras TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS line_items_of_tool ON line_items (client_id, position);

CREATE TABLE IF NOT EXISTS locked_line_items (
    line_item_id TEXT PRIMARY KEY REFERENCES line_items ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS grades (
    line_item_id TEXT NOT NULL REFERENCES line_items ON DELETE CASCADE,
    person_key TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
    points REAL, comment TEXT, scored_at TEXT, activity_progress TEXT, grading_progress TEXT,
    override_points REAL, override_comment TEXT, overridden_at TEXT,
    PRIMARY KEY (line_item_id, person_key)
);

CREATE TABLE IF NOT EXISTS score_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line_item_id TEXT NOT NULL, user_id TEXT NOT NULL,
    received_at TEXT NOT NULL, status INTEGER NOT NULL, outcome TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS score_log_of_column ON score_log (line_item_id, id);

CREATE TABLE IF NOT EXISTS launches (
    hint TEXT PRIMARY KEY, client_id TEXT NOT NULL, person_key TEXT NOT NULL, message_type TEXT NOT NULL,
    activity_id TEXT, line_item_id TEXT, for_person_key TEXT, deep_link_id TEXT,
    document_target TEXT NOT NULL, begun_at TEXT NOT NULL, used_at TEXT
);

CREATE TABLE IF NOT EXISTS deep_links (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL, person_key TEXT NOT NULL, data TEXT NOT NULL,
    opened_at TEXT NOT NULL, answered_at TEXT, outcome TEXT
);

CREATE TABLE IF NOT EXISTS seen_once (
    kind TEXT NOT NULL, client_id TEXT NOT NULL, value TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (kind, client_id, value)
);

CREATE TABLE IF NOT EXISTS access_tokens (
    token_hash TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES tools ON DELETE CASCADE,
    scope TEXT NOT NULL, expires_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, service TEXT NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, milliseconds REAL NOT NULL,
    client_id TEXT, token TEXT, misbehaviour TEXT
);
