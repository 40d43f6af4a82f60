"""What an operator types, and what comes back: one sentence, the right exit code, no stack trace."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import tempfile
from pathlib import Path

import pytest

from lti_tool import paths
from lti_tool.app import create_app
from lti_tool.cli import main
from lti_tool.cli.speaking import exit_code_and_words
from lti_tool.lti.keys import SealBroken
from lti_tool.settings import read_settings

REGISTRATION = {
    "issuer": "https://lms.example.org",
    "client_id": "abc",
    "auth_login_url": "https://lms.example.org/auth",
    "auth_token_url": "https://lms.example.org/token",
    "key_set_url": "https://lms.example.org/keys",
    "deployment_ids": ["1", "2"],
    "name": "North School",
}


class Terminal:
    """A terminal in an empty folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def type(self, *words: str) -> tuple[int, str, str]:
        """Run one command: exit code, output, errors."""
        with pytest.raises(SystemExit) as end:
            main(list(words))
        said = self._capsys.readouterr()
        code = end.value.code
        return code if isinstance(code, int) else 0, said.out, said.err


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LTI_TOOL_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("BASE_URL", "https://cairn.example.org")
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    return Terminal(capsys)


def registration_file(folder: Path, **changes: object) -> str:
    path = folder / "lms.json"
    path.write_text(json.dumps({**REGISTRATION, **changes}))
    return str(path)


def test_help_names_every_command_and_exit_code(terminal: Terminal) -> None:
    code, said, _ = terminal.type("--help")
    assert code == 0
    for command in ("serve", "work", "try", "migrate", "platforms", "keys", "doctor", "backup", "calibrate"):
        assert command in said
    assert "Exit codes" in said


def test_migrate_may_be_repeated(terminal: Terminal) -> None:
    code, said, _ = terminal.type("migrate")
    assert (code, said.splitlines()[-1]) == (0, "The database is up to date.")
    code, said, _ = terminal.type("migrate")
    assert (code, said) == (0, "The database is up to date.\n")


def test_the_last_line_of_an_invite_is_its_address(terminal: Terminal) -> None:
    code, said, _ = terminal.type("platforms", "invite", "--name", "North School")
    assert code == 0
    assert said.splitlines()[-1].startswith("https://cairn.example.org/lti/register?invite=")


def test_the_same_registration_file_again_gives_the_same_result(terminal: Terminal, tmp_path: Path) -> None:
    file = registration_file(tmp_path)
    first = terminal.type("platforms", "add", file)
    again = terminal.type("platforms", "add", file)
    assert first[:2] == again[:2]
    code, said, _ = terminal.type("platforms", "list", "--json")
    (row,) = json.loads(said)
    assert (code, row["name"], row["status"]) == (0, "North School", "active")


def test_an_issuer_with_a_slash_is_kept_and_warned_of(terminal: Terminal, tmp_path: Path) -> None:
    file = registration_file(tmp_path, issuer="https://lms.example.org/")
    code, _, errors = terminal.type("platforms", "add", file)
    assert (code, "ends with a slash" in errors) == (0, True)
    (row,) = json.loads(terminal.type("platforms", "list", "--json")[1])
    assert row["issuer"] == "https://lms.example.org/"


def test_an_lms_is_paused_approved_and_removed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    number = str(json.loads(terminal.type("platforms", "list", "--json")[1])[0]["id"])
    assert "paused" in terminal.type("platforms", "pause", number)[1]
    assert "active" in terminal.type("platforms", "approve", number)[1]
    assert terminal.type("platforms", "remove", number, "--yes")[0] == 0
    assert json.loads(terminal.type("platforms", "list", "--json")[1]) == []


def test_an_lms_that_was_registered_again_takes_over_its_own(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    code, _, errors = terminal.type("platforms", "move", "1", "2", "--yes")
    assert (code, "no registration 2" in errors) == (1, True)
    terminal.type("platforms", "add", registration_file(tmp_path, client_id="abc-2", deployment_ids=["2", "7"]))
    code, said, _ = terminal.type("platforms", "move", "1", "2", "--yes")
    assert (code, "deployment 1 becomes 7" in said, "client abc-2" in said) == (0, True, True)
    (row,) = json.loads(terminal.type("platforms", "list", "--json")[1])
    assert (row["id"], row["client_id"]) == (1, "abc-2")


def test_an_lms_that_waits_for_approval_is_among_those_who_wait(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    with sqlite3.connect(tmp_path / "var" / "cairn.db") as db:
        db.execute("UPDATE registrations SET status = 'pending'")
    told = terminal.type("platforms", "waiting")[1]
    assert ("Nobody waits" in told, "lti-tool platforms approve 1" in told) == (False, True)
    terminal.type("platforms", "approve", "1")
    assert "Nobody waits" in terminal.type("platforms", "waiting")[1]


def test_one_waiting_deployment_is_let_in_and_one_kept_out(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    assert "Nobody waits" in terminal.type("platforms", "waiting")[1]
    with sqlite3.connect(tmp_path / "var" / "cairn.db") as db:
        db.execute("UPDATE deployments SET status = 'pending'")
    assert "lti-tool platforms admit 1 1" in terminal.type("platforms", "waiting")[1]
    assert terminal.type("platforms", "admit", "1", "1")[:2] == (0, "1  active\n")
    assert terminal.type("platforms", "refuse", "1", "2")[:2] == (0, "2  refused\n")
    terminal.type("platforms", "approve", "1")
    with sqlite3.connect(tmp_path / "var" / "cairn.db") as db:
        rows = db.execute("SELECT deployment_id, status FROM deployments ORDER BY id").fetchall()
    assert rows == [("1", "active"), ("2", "refused")], "approving the LMS forgets no refusal"
    code, _, errors = terminal.type("platforms", "admit", "1", "99")
    assert (code, "99" in errors) == (1, True)


@pytest.mark.parametrize(
    ("content", "named"),
    [("{", "not JSON"), ("[]", "one JSON object"), ('{"issuer": "x"}', "client_id")],
)
def test_a_bad_registration_file_is_refused_in_words(
    terminal: Terminal, tmp_path: Path, content: str, named: str
) -> None:
    (tmp_path / "bad.json").write_text(content)
    code, _, errors = terminal.type("platforms", "add", str(tmp_path / "bad.json"))
    assert code == 1
    assert errors.count(named) == 1
    assert "Traceback" not in errors


def test_an_unknown_lms_is_refused_in_words(terminal: Terminal) -> None:
    code, _, errors = terminal.type("platforms", "approve", "99")
    assert code == 1
    assert "99" in errors


def test_keys_are_listed_and_rotated(terminal: Terminal) -> None:
    assert "from now on" in terminal.type("keys", "rotate")[1], "the very first one"
    for _ in range(2):
        assert "It signs from" in terminal.type("keys", "rotate")[1]
    code, said, _ = terminal.type("keys", "list")
    coming, old = said.splitlines()
    assert (code, "published, signs from" in coming, "signs until" in old) == (0, True, True)
    assert "from now on" in terminal.type("keys", "rotate", "--now")[1]
    fresh, _, old = terminal.type("keys", "list")[1].splitlines()
    assert (fresh.endswith("signs"), "still published" in old) == (True, True)
    assert terminal.type("keys", "withdraw", fresh.split()[0])[0] == 1
    assert terminal.type("keys", "withdraw", old.split()[0])[0] == 0


def test_whoever_lost_the_secret_is_told_what_helps() -> None:
    """Without --now the old key, which nobody can unlock, would go on signing for two days."""
    code, words = exit_code_and_words(SealBroken("The keys were locked with another SECRET_KEY."))
    assert code == 1
    assert words.endswith("lti-tool keys rotate --now")


def test_a_backup_is_a_whole_database_and_overwrites_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    code, _, _ = terminal.type("backup", str(tmp_path / "copy.db"))
    assert code == 0
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT issuer FROM registrations").fetchone() == ("https://lms.example.org",)
    code, _, errors = terminal.type("backup", str(tmp_path / "copy.db"))
    assert (code, "there already" in errors) == (1, True)


def test_a_person_is_found_exported_and_erased(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("platforms", "add", registration_file(tmp_path))
    assert terminal.type("people", "find", "ada")[1] == "Nobody.\n"
    with sqlite3.connect(tmp_path / "var" / "cairn.db") as db:
        db.execute(
            "INSERT INTO people (deployment_id, subject, name, given_name, family_name, email, locale, is_test_user,"
            " told, created_at) VALUES (1, 's-1', 'Ada Reyes', '', '', 'ada@example.org', '', 0, '{}',"
            " '2026-01-01 00:00:00')"
        )
    found = terminal.type("people", "find", "ada")[1]
    assert "North School" in found
    number = found.split()[0]
    code, said, _ = terminal.type("people", "export", number)
    assert (code, json.loads(said)["people"][0]["email"]) == (0, "ada@example.org")
    assert terminal.type("people", "erase", number, "--yes")[:2] == (0, "Erased: 1 people\n")
    assert terminal.type("people", "export", number)[0] == 1


def test_working_once_with_nothing_to_do(terminal: Terminal) -> None:
    code, said, _ = terminal.type("work", "--once")
    assert (code, said) == (0, "Grades carried: 0.\n")


def test_all_bad_settings_are_named_at_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "cairn")
    monkeypatch.setenv("APPROVE_REGISTRATIONS", "perhaps")
    monkeypatch.setenv("THREADS", "many")
    code, _, errors = terminal.type("migrate")
    assert code == 3
    assert "BASE_URL" in errors
    assert "APPROVE_REGISTRATIONS: Must be true or false." in errors
    assert "THREADS: Must be a whole number." in errors


def test_a_database_that_is_away_is_named_without_its_password(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://cairn:secret@127.0.0.1:1/cairn")
    code, _, errors = terminal.type("migrate")
    assert code == 4
    assert "127.0.0.1" in errors
    assert "secret" not in errors


@pytest.mark.postgres
def test_a_postgresql_database_is_not_migrated_by_itself(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    for command in (("serve",), ("work",), ("platforms", "list")):
        code, _, errors = terminal.type(*command)
        assert (code, "lti-tool migrate" in errors) == (4, True)
    assert terminal.type("migrate")[0] == 0
    assert terminal.type("platforms", "list")[0] == 0


def counting_folders() -> list[Path]:
    """Where a server of this process counts."""
    name = f"cairn-counts-{os.getpid()}-*"
    return [path for folder in ("/dev/shm", tempfile.gettempdir()) for path in Path(folder).glob(name)]


def test_a_server_that_does_not_start_leaves_nothing_behind(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, errors = terminal.type("serve", "--port", str(taken.getsockname()[1]))
    assert (code, "Address already in use" in errors) == (1, True)
    assert counting_folders() == []
    client = create_app(read_settings()).test_client()
    assert client.get("/healthz").status_code == 200
    assert "cairn_request_seconds_count" in client.get("/metrics").text


def test_the_doctor_says_what_is_well_in_words_and_for_scripts(terminal: Terminal) -> None:
    code, said, _ = terminal.type("doctor")
    assert "ok" in said
    scripted, listed, _ = terminal.type("doctor", "--json")
    assert scripted == code
    states = [check["state"] for check in json.loads(listed)]
    assert (code == 1) == ("red" in states)


def test_the_doctor_sees_a_secret_beside_the_checkout_that_others_can_read(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    monkeypatch.setattr(paths, "KEYS", keys)
    keys.mkdir(mode=0o755)
    for name in ("README.md", ".gitignore", "secret"):
        (keys / name).write_text("x")
        (keys / name).chmod(0o644)
    terminal.type("migrate")
    code, said, _ = terminal.type("doctor")
    assert code == 1
    assert (
        f"BAD Files: Others on this machine can read secret in {keys}.\n      Run: chmod go= {keys}/secret" in said
    )
    (keys / "secret").chmod(0o600)
    assert "BAD Files" not in terminal.type("doctor")[1]


def test_what_people_did_is_for_the_owner_of_the_data_folder_only(terminal: Terminal, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        terminal.type("migrate")
        terminal.type("backup", "copy.db")
    finally:
        os.umask(before)
    folder = tmp_path / "var"
    assert files_check(terminal) == ("green", "The data folder is for its owner only.")
    assert {oct(place.stat().st_mode & 0o077) for place in (folder, folder / "cairn.db", Path("copy.db"))} == {
        "0o0"
    }
    folder.chmod(0o755)
    (folder / "cairn.db").chmod(0o644)
    state, said = files_check(terminal)
    assert (state, "cairn.db" in said, "secret.key" in said) == ("red", True, False)


def files_check(terminal: Terminal) -> tuple[str, str]:
    """What the doctor says about who may read our files."""
    _, listed, _ = terminal.type("doctor", "--json")
    return next((check["state"], check["what"]) for check in json.loads(listed) if check["key"] == "files")
