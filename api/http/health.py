"""Health: whether this process lives, and whether it can do its work. And the pages that problem types point to."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import text
from starlette.responses import Response

from api.http.access import Access
from api.http.problem_kinds import KINDS, MALFORMED, UNKNOWN_SUBJECT
from api.http.questions import Asked
from api.http.routes import asks, routes
from api.http.sending import send
from ledger.store.errors import LedgerNotReady
from projections.problems import UnknownSubject

router = routes("health")
plain_router = APIRouter(tags=["health"])

REVISION = text("SELECT version_num FROM alembic_version")


class AliveAnswer(BaseModel):
    """The process answers."""

    model_config = ConfigDict(title="Alive", json_schema_extra={"examples": [{"status": "alive"}]})

    status: Literal["alive"]


class ReadyAnswer(BaseModel):
    """The database answers and holds a ledger of this version."""

    model_config = ConfigDict(
        title="Ready", json_schema_extra={"examples": [{"status": "ready", "position": 57, "revision": "0002"}]}
    )

    status: str
    position: int
    revision: str


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


@asks(router, "/readyz", Asked, ReadyAnswer)
async def readyz(_asked: Asked, access: Access) -> Response:
    """Whether the database can be reached and was migrated to this version."""
    return await access.run(_ready, access)


def _ready(access: Access) -> Response:
    head = access.read.head()
    with access.read.connection() as connection:
        revision = connection.execute(REVISION).scalar_one_or_none()
    if revision != access.revision:
        raise LedgerNotReady(access.ledger.store.place)
    return send({"status": "ready", "position": head.position, "revision": revision})


@asks(router, "/problems/{name}", ProblemAsked, ProblemKindAnswer, problems=(UNKNOWN_SUBJECT,))
async def problem_kind(asked: ProblemAsked, _access: Access) -> Response:
    """What a kind of problem means: every problem's `type` leads here."""
    kind = KINDS.get(asked.name)
    if kind is None:
        raise UnknownSubject("problem", asked.name)
    return send(kind.told)
