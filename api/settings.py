"""Settings: everything that may differ from one deployment to the next, from LEDGER_* environment variables."""

from datetime import tzinfo
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.identity.algorithms import ALGORITHMS, Algorithm
from ledger.store import Waits
from projections.shelf import EVENTS_AT_HAND

MEBIBYTE = 2**20

Delay = Annotated[float, Field(ge=0, le=7 * 86_400)]
"""Seconds to wait, a week at most."""


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

    events_at_hand: Annotated[int, Field(ge=0, le=10_000_000)] = EVENTS_AT_HAND
    """How many events one process keeps in memory with what follows from them, of the accounts last recorded on."""

    reading_threads: Annotated[int, Field(ge=1, le=32)] = 16
    """How many questions one process asks its database at the same time."""

    shutdown_seconds: Annotated[int, Field(ge=0, le=3_600)] = 15
    """How long requests under way may take to end when the server stops."""

    most_streams: Annotated[int, Field(ge=0, le=100_000)] = 1_000
    """How many readers one process lets follow the log or the changes at the same time."""

    event_source: Annotated[str, Field(pattern=r"^[!-~]{1,256}$")] = "urn:rights-ledger"
    """The `source` of CloudEvents: a URI that tells this ledger from others."""

    webhooks: Literal["auto", "here", "elsewhere"] = "auto"
    """Whether a server also sends webhooks: `auto` does on SQLite, and leaves it to `ledger webhooks run` elsewhere."""

    webhook_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """Networks that are not public and to which webhooks may be sent all the same, such as `10.1.0.0/16`."""

    partner_webhook_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """The same for webhooks of partners, who choose their targets themselves: best left empty."""

    webhook_retry_seconds: Annotated[tuple[Delay, ...], NoDecode, Field(min_length=1, max_length=20)] = (
        5, 60, 300, 1_800, 7_200, 18_000, 36_000, 36_000,
    )  # fmt: skip
    """How long to wait after the first failed attempt to deliver, after the second, …; then it is given up."""

    webhook_disable_after: Annotated[int, Field(ge=1, le=1_000)] = 3
    """After how many messages in a row that were given up a webhook is disabled."""
    serve_scheduler: Literal["auto", "on", "off"] = "auto"
    """Whether `serve` runs the scheduler inside; `auto`: on an SQLite ledger, which one process has to itself."""

    scheduler_seconds: Annotated[int, Field(ge=1, le=3_600)] = 60
    """How often the scheduler looks for what became known; a new business day it sees at once."""

    ready_needs_scheduler: bool = False
    """Whether `/readyz` answers 503 while no scheduler is at work."""

    identity: Literal["development", "issuer", "keys"] | None = None
    """How callers prove who they are: by tokens that `ledger token` makes, by those of an issuer, or by API keys only.
    API keys are good in each. Default: `issuer` if one is named, else `development`."""

    issuer: Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")] | None = None
    """The identity provider whose tokens are believed: their `iss`, to the letter."""

    audience: Annotated[str, Field(min_length=1)] = "rights-ledger"
    """What the `aud` of a token has to name."""

    jwks_url: Annotated[str, Field(pattern=r"^https?://[^\s#]+$")] | None = None
    """Where the issuer publishes its keys. Default: where its discovery document says."""

    token_algorithms: Annotated[tuple[Algorithm, ...], NoDecode, Field(min_length=1)] = ALGORITHMS
    """How a token may be signed, with commas between; never with a shared secret."""

    token_types: Annotated[tuple[str, ...], NoDecode, Field(min_length=1)] = ("at+jwt",)
    """What the `typ` of an access token may be, with commas between; `JWT` for issuers older than RFC 9068."""

    role_claim: Annotated[str, Field(min_length=1)] = "ledger_role"
    party_claim: Annotated[str, Field(min_length=1)] = "ledger_party"
    """Where a token says the role, and the party of a partner or a seller: a claim, or a path such as `realm.roles`."""

    clock_leeway_seconds: Annotated[int, Field(ge=0, le=300)] = 30
    """By how much the issuer's clock may differ."""

    rate_limit: str | None = "300000/minute"
    """How many requests a caller may send to one process, such as `600/minute`; `off` counts nothing."""

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

    @field_validator(
        "token_algorithms",
        "token_types",
        "webhook_networks",
        "partner_webhook_networks",
        "webhook_retry_seconds",
        mode="before",
    )
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("token_types")
    @classmethod
    def _in_lower_case(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.lower().removeprefix("application/") for one in types)

    @field_validator("rate_limit")
    @classmethod
    def _is_a_rate(cls, value: str | None) -> str | None:
        if value in {None, "", "off"}:
            return None
        from limits import parse_many  # noqa: PLC0415 - commands that serve nothing start without it

        try:
            (limit,) = parse_many(value or "")
        except ValueError:
            raise ValueError(f"{value!r} is not a rate, such as 600/minute, or off") from None
        return f"{limit.amount} per {limit.multiples} {limit.GRANULARITY.name}"

    @model_validator(mode="after")
    def _an_issuer_is_named(self) -> Self:
        if self.identity == "issuer" and self.issuer is None:
            raise ValueError("identity is issuer, and no issuer is named: set LEDGER_ISSUER to its URL")
        if self.identity != "issuer" and self.identity is not None and self.issuer is not None:
            raise ValueError(f"an issuer is named, and identity is {self.identity}: leave one of the two away")
        return self

    @model_validator(mode="after")
    def _sqlite_has_one_process(self) -> Self:
        if self.workers > 1 and self.is_sqlite:
            raise ValueError("an SQLite ledger is served by one process: leave workers at 1, or use PostgreSQL")
        return self

    @property
    def way_of_identity(self) -> Literal["development", "issuer", "keys"]:
        """How callers prove who they are."""
        return self.identity or ("development" if self.issuer is None else "issuer")

    @property
    def is_sqlite(self) -> bool:
        """Whether the ledger is an SQLite file."""
        return self.database_url.startswith("sqlite")

    def networks_for(self, party_id: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks, not public, to which a party's webhooks may go all the same; of None: those of insiders."""
        return self.webhook_networks if party_id is None else self.partner_webhook_networks

    @property
    def sends_webhooks(self) -> bool:
        """Whether a server that runs by these settings sends webhooks too."""
        return self.webhooks == "here" or (self.webhooks == "auto" and self.is_sqlite)

    @property
    def schedules(self) -> bool:
        """Whether `serve` runs the scheduler inside."""
        return self.is_sqlite if self.serve_scheduler == "auto" else self.serve_scheduler == "on"

    @property
    def zone(self) -> tzinfo:
        """The business time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def waits(self) -> Waits:
        """How long the store waits."""
        return Waits(lock=self.lock_seconds)
