"""Settings: everything that may differ from one deployment to the next, from LEDGER_* environment variables."""

from datetime import tzinfo
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledger.store import Waits

MEBIBYTE = 2**20


class Settings(BaseSettings):
    """One deployment's settings; each field is also the variable `LEDGER_<NAME>`. Raises pydantic.ValidationError."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", frozen=True, extra="forbid")

    database_url: Annotated[str, Field(min_length=1, repr=False)] = "sqlite:///ledger.db"
    """`sqlite:///path` or `postgresql+psycopg://user@host/database`."""

    time_zone: str = "UTC"
    """The business time zone, by its IANA name: it decides which day "today" is."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """Where to listen; port 0 takes a free one."""

    workers: Annotated[int, Field(ge=1, le=256)] = 1
    """Server processes; more than one only on PostgreSQL."""

    max_body_bytes: Annotated[int, Field(ge=1_024, le=1_024 * MEBIBYTE)] = 16 * MEBIBYTE
    """The largest request body that is read."""

    lock_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    """How long a write or a question waits for somebody else's lock before it is answered 503."""

    reading_threads: Annotated[int, Field(ge=1, le=32)] = 16
    """How many questions one process asks its database at the same time."""

    shutdown_seconds: Annotated[int, Field(ge=0, le=3_600)] = 15
    """How long requests under way may take to end when the server stops."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console", "auto"] = "auto"
    """`auto` writes for people on a terminal, and JSON lines elsewhere."""

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name!r} is not the name of a time zone, such as UTC or Europe/Zurich") from None
        return name

    @model_validator(mode="after")
    def _sqlite_has_one_process(self) -> Self:
        if self.workers > 1 and self.is_sqlite:
            raise ValueError("an SQLite ledger is served by one process: leave workers at 1, or use PostgreSQL")
        return self

    @property
    def is_sqlite(self) -> bool:
        """Whether the ledger is an SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def zone(self) -> tzinfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def waits(self) -> Waits:
        """How long the store waits."""
        return Waits(lock=self.lock_seconds)
