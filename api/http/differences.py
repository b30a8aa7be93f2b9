"""Differences: what a supposition would change, account by account, as simulations and dry runs tell it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from api import answers
from api.http.obligations import OBLIGATION, ObligationAnswer
from api.http.reasons import ReasonAnswer
from api.http.residual_documents import ImpactAnswer
from api.http.rights import RIGHT, RightAnswer
from projections.simulation.simulating import Simulation

MOST_BYTES = 4 * 2**20
"""A page of differences ends early when it has become as large as this,"""

MOST_READ = 100_000
"""or when it has gone through so many events."""

AT_ONCE = 2
"""How many simulations one process works on at the same time; others wait, so that questions find a thread."""

_DENIED: dict[str, Any] = {
    "verdict": "denied",
    "rule": "CALL-RESERVED",
    "opens_on": "2026-06-30",
    "agreement_of": None,
    "contested": False,
    "reasons": [],
}
_NOTHING: dict[str, list[Any]] = {"rights": [], "obligations": [], "calling": []}
DIFFERENCE: dict[str, Any] = {
    "account_id": "acme",
    "ended": {**_NOTHING, "rights": [RIGHT]},
    "begun": {
        **_NOTHING,
        "rights": [{**RIGHT, "until": "2026-05-31", "deadline_on": "2026-05-30"}],
        "calling": [{"business": "line:gtx-pro", "from": "2026-01-10", "until": "2026-05-31"}],
    },
    "calling": [
        {
            "line": "gtx-pro",
            "contract_id": None,
            "parties": ["north"],
            "any_other": ["employee", "partner"],
            "before": _DENIED,
            "after": {**_DENIED, "opens_on": "2026-05-31"},
        }
    ],
    "obligations": [{"before": OBLIGATION, "after": None}],
    "residuals": {"streams": [], "amounts": []},
}


class ChangedObligationAnswer(BaseModel):
    """An obligation over `[from, until)`."""

    kind: str
    rule: str
    party_id: str
    to_party_id: str | None
    account_id: str
    opportunity_id: str | None
    contract_id: str | None
    state: Literal["open", "met"] | None = Field(description="null for one that recurs: it depends on the day.")
    hard: bool
    starts_on: date = Field(alias="from")
    ends_on: date | None = Field(alias="until")


class ChangedCallingAnswer(BaseModel):
    """A business on which calls are decided otherwise over `[from, until)`."""

    business: str = Field(description="`line:…`, `contract:…` or `general`.")
    starts_on: date = Field(alias="from")
    ends_on: date | None = Field(alias="until")


class ChangedAnswers(BaseModel):
    """Intervals of rights, obligations and calling."""

    rights: list[RightAnswer]
    obligations: list[ChangedObligationAnswer]
    calling: list[ChangedCallingAnswer]


class VerdictAnswer(BaseModel):
    """Whether a party may call, by which rule and why."""

    model_config = ConfigDict(title="Verdict")

    verdict: Literal["allowed", "conditional", "denied"]
    rule: str
    opens_on: date | None
    agreement_of: str | None
    contested: bool
    reasons: list[ReasonAnswer]


class VerdictChangeAnswer(BaseModel):
    """How some parties may call on a business on the day, before and after: those who are answered alike together."""

    model_config = ConfigDict(title="VerdictChange")

    line: str | None = Field(description="The business line; null for a contract as a whole and for new business.")
    contract_id: str | None = Field(description="The contract whose renewal it is about; null for new business.")
    parties: list[str] = Field(description="Those concerned of the parties that the account's events name.")
    any_other: list[Literal["employee", "partner"]] = Field(description="Whether any other employee or partner is too.")
    before: VerdictAnswer | None = Field(description="null where account, contract or party is not there yet.")
    after: VerdictAnswer | None = Field(description="null where account, contract or party is not there any more.")


class OwedChangeAnswer(BaseModel):
    """What is owed on the day, before and after; null where it is not owed."""

    model_config = ConfigDict(title="ObligationChange")

    before: ObligationAnswer | None
    after: ObligationAnswer | None


class DifferenceAnswer(BaseModel):
    """What would be different on one account. Reasons alone make no difference."""

    model_config = ConfigDict(title="Difference", json_schema_extra={"examples": [DIFFERENCE]})

    account_id: str
    ended: ChangedAnswers = Field(description="The intervals that end: as known before, and not any more.")
    begun: ChangedAnswers = Field(description="Those that begin in their place.")
    calling: list[VerdictChangeAnswer] = Field(description="Who may call otherwise on the day asked about.")
    obligations: list[OwedChangeAnswer] = Field(description="What is owed otherwise on the day asked about.")
    residuals: ImpactAnswer = Field(description="Who would earn otherwise of renewals recorded, and who hold streams.")


@dataclass(frozen=True, slots=True)
class Differences:
    """A page of differences in JSON, how many accounts it went through, and the account after which the next begins."""

    items: list[orjson.Fragment]
    compared: int
    next: str | None

    @property
    def unchanged(self) -> int:
        return self.compared - len(self.items)


def page_of(simulation: Simulation, after: str, limit: int) -> Differences:
    """The next accounts with a difference, at most `limit`; the page ends early when it becomes large or takes long."""
    items: list[orjson.Fragment] = []
    compared = size = 0
    last: str | None = None
    for found in simulation.differences(after):
        if last is not None and (len(items) == limit or size > MOST_BYTES or simulation.events_read > MOST_READ):
            return Differences(items, compared, last)
        compared, last = compared + 1, found.account_id
        if found:
            told = orjson.dumps(answers.difference(found))
            size += len(told)
            items.append(orjson.Fragment(told))
    return Differences(items, compared, None)


@asynccontextmanager
async def taking_turns(request: Request) -> AsyncIterator[None]:
    """Waits until few enough simulations are under way."""
    state = request.app.state
    if not hasattr(state, "simulations"):
        state.simulations = asyncio.Semaphore(AT_ONCE)
    async with state.simulations:
        yield
