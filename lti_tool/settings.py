"""Environment -> one frozen `Settings`. Read once at start; every mistake is reported at once."""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError, ValidationError, validate


class SettingsError(Exception):
    """The environment cannot be used. The message names each variable and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and the next.

    `base_url` is the public address people and platforms use, without a trailing slash.
    `data_dir` holds the embedded database, the job queue and the secret of this installation.
    `certificate_authorities` is a PEM file of authorities that LMSs may be signed by, beside the public ones.
    """

    base_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("var")
    database_url: str = ""
    jobs_url: str = ""
    secret: str = ""
    allow_private_platforms: bool = False
    certificate_authorities: Path | None = None
    approve_registrations: bool = False
    approve_deployments: bool = False
    trusted_proxies: int = 0
    visit_hours: int = 12
    visit_days: int = 7
    http_timeout_seconds: float = 10.0
    outbox_poll_seconds: float = 1.0
    log_level: str = "INFO"
    log_format: str = "text"
    threads: int = 8

    @property
    def database(self) -> str:
        """SQLAlchemy address: the given one, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'cairn.db'}"

    @property
    def jobs(self) -> str:
        """Queue address: the given one, else SQLite in the data folder."""
        return self.jobs_url or f"sqlite:///{self.data_dir.absolute() / 'jobs.db'}"

    @property
    def embedded(self) -> bool:
        """True when the database is our own file, which we migrate by ourselves."""
        return self.database.startswith("sqlite:")

    @property
    def host(self) -> str:
        """Host and port of the public address, as `example.org` or `127.0.0.1:8000`."""
        return urlsplit(self.base_url).netloc

    @property
    def secure(self) -> bool:
        """True when people reach the tool over https."""
        return self.base_url.startswith("https://")


def _address(*schemes: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value and urlsplit(value).scheme not in schemes:
            raise ValidationError(f"Must start with {' or '.join(s + '://' for s in schemes)}.")

    return check


def _public_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValidationError("Must be an address such as https://cairn.example.org")


def _file(place: str | None) -> Path | None:
    return Path(place) if place else None


def _certificates(place: str) -> None:
    if not place:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=place)
    except ssl.SSLError:
        raise ValidationError(f"{place} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).") from None
    except OSError as error:
        raise ValidationError(f"{place} cannot be read: {error.strerror}.") from None


def _between(low: float, high: float) -> validate.Range:
    return validate.Range(min=low, max=high)


def _read(env: Env) -> dict[str, object]:
    return {
        "base_url": env.str("BASE_URL", "http://127.0.0.1:8000", validate=_public_address),
        "data_dir": env.path("LTI_TOOL_DATA_DIR", Path("var")),
        "database_url": env.str("DATABASE_URL", "", validate=_address("sqlite", "postgresql+psycopg")),
        "jobs_url": env.str("JOBS_URL", "", validate=_address("sqlite", "redis", "rediss", "postgresql")),
        "secret": env.str("SECRET_KEY", ""),
        "allow_private_platforms": env.bool("ALLOW_PRIVATE_PLATFORMS", False),
        "certificate_authorities": _file(env.str("CA_FILE", "", validate=_certificates)),
        "approve_registrations": env.bool("APPROVE_REGISTRATIONS", False),
        "approve_deployments": env.bool("APPROVE_DEPLOYMENTS", False),
        "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=_between(0, 9)),
        "visit_hours": env.int("VISIT_HOURS", 12, validate=_between(1, 72)),
        "visit_days": env.int("VISIT_DAYS", 7, validate=_between(1, 31)),
        "http_timeout_seconds": env.float("HTTP_TIMEOUT_SECONDS", 10.0, validate=_between(1, 60)),
        "outbox_poll_seconds": env.float("OUTBOX_POLL_SECONDS", 1.0, validate=_between(0.05, 60)),
        "log_level": env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])),
        "log_format": env.str("LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"])),
        "threads": env.int("THREADS", 8, validate=_between(1, 64)),
    }


_PLAIN = {
    "Not a valid boolean.": "Must be true or false.",
    "Not a valid integer.": "Must be a whole number.",
    "Not a valid number.": "Must be a number.",
}


def _plain(texts: Iterable[object]) -> str:
    """What the reader of the environment found wrong, without a programmer's words."""
    return " ".join(_PLAIN.get(str(text), str(text)) for text in texts)


def read_settings() -> Settings:
    """Read the environment. Raises `SettingsError` naming every variable at fault, all at once."""
    env = Env(eager=False)
    values = _read(env)
    try:
        env.seal()
    except EnvError as error:
        problems = getattr(error, "error_messages", {}) or {"environment": [str(error)]}
        lines = [f"  {name}: {_plain(texts)}" for name, texts in sorted(problems.items())]
        raise SettingsError("These settings cannot be used:\n" + "\n".join(lines)) from None
    values["base_url"] = str(values["base_url"]).rstrip("/")
    return Settings(**values)  # type: ignore[arg-type]


def installation_secret(settings: Settings) -> str:
    """The secret that locks keys and tokens: `SECRET_KEY`, else a file made on first start (owner-only).

    Several hosts on one database need the same secret, so there `SECRET_KEY` has to be set.
    """
    if settings.secret:
        return settings.secret
    place = settings.data_dir / "keys" / "secret.key"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    if not place.exists():
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Linking fails when another process was first; then its secret is the one.
        with suppress(FileExistsError):
            os.link(fresh, place)
        fresh.unlink()
    return place.read_text().strip()
