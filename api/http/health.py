"""Health: whether this process lives, and whether it can do its work. And the pages that problem types point to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict
from sqlalchemy import text
from starlette.responses import Response

from api.http.access import Access
from api.http.problem_kinds import KINDS, MALFORMED, NO_SCHEDULER, UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.questions import Asked
from api.http.routes import asks, routes
from api.http.sending import send
from api.scheduling.health import health
from ledger.instants import write_instant
from ledger.store.errors import LedgerNotReady
from projections.problems import UnknownSubject

router = routes("health")
plain_router = APIRouter(tags=["health"])

REVISION = text("SELECT version_num FROM alembic_version")


class AliveAnswer(BaseModel):
    """The process answers."""

    model_config = ConfigDict(title="Alive", json_schema_extra={"examples": [{"status": "alive"}]})

    status: Literal["alive"]


SCHEDULER: JsonDict = {"state": "alive", "ran_at": "2026-04-02T09:30:00.000000Z", "ran_on": "2026-04-02"}
READY: JsonDict = {"status": "ready", "position": 57, "revision": "0006", "scheduler": SCHEDULER}


class SchedulerAnswer(BaseModel):
    """Whether notices are being recorded. No answer of the ledger rests on it."""

    model_config = ConfigDict(title="Scheduler", json_schema_extra={"examples": [SCHEDULER]})

    state: Literal["alive", "missing"]
    ran_at: datetime | None = Field(description="When a run last came to its end.")
    ran_on: date | None = Field(description="For which business day that was.")


class ReadyAnswer(BaseModel):
    """The database answers and holds a ledger of this version."""

    model_config = ConfigDict(title="Ready", json_schema_extra={"examples": [READY]})

    status: str
    revision: str
    scheduler: SchedulerAnswer


class ProblemKindAnswer(BaseModel):
    """What a kind of problem means, and what to do about it."""

    model_config = ConfigDict(title="ProblemKind", json_schema_extra={"examples": [MALFORMED.told]})

    type: str
    title: str
    status: int
    says: str


class ProblemAsked(Asked):
    """Which kind of problem is asked about."""

    name: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z-]{1,64}$"),
        Field(description="A kind of problem.", examples=["malformed"]),
    ]


@plain_router.get("/livez", operation_id="livez")
async def livez() -> AliveAnswer:
    """Whether the process lives. Asks the database nothing."""
    return AliveAnswer(status="alive")


@asks(router, "/readyz", Asked, ReadyAnswer, may="public", problems=(NO_SCHEDULER,))
async def readyz(_asked: Asked, access: Access) -> Response:
    """Whether the database can be reached and was migrated to this version; and whether a scheduler is at work.

    It is open to all, and tells no more. Without a scheduler every answer is right all the same, so that alone fails no
    readiness, unless a setting asks for it.
    """
    return await access.run(_ready, access)


def _ready(access: Access) -> Response:
    access.read.head()  # answers, or raises
    with access.read.connection() as connection:
        revision = connection.execute(REVISION).scalar_one_or_none()
    if revision != access.revision:
        raise LedgerNotReady(access.ledger.store.place)
    scheduler = health(access.ledger.store)
    if access.settings.ready_needs_scheduler and not scheduler.alive:
        raise Problem(NO_SCHEDULER, "No scheduler is at work on this ledger: start `ledger scheduler`.")
    told = {
        "state": "alive" if scheduler.alive else "missing",
        "ran_at": None if scheduler.ran_at is None else write_instant(scheduler.ran_at),
        "ran_on": scheduler.ran_on,
    }
    return send({"status": "ready", "revision": revision, "scheduler": told})


@asks(router, "/problems/{name}", ProblemAsked, ProblemKindAnswer, may="public", problems=(UNKNOWN_SUBJECT,))
async def problem_kind(asked: ProblemAsked, _access: Access) -> Response:
    """What a kind of problem means: every problem's `type` leads here."""
    kind = KINDS.get(asked.name)
    if kind is None:
        raise UnknownSubject("problem", asked.name)
    return send(kind.told)
