"""Calling rights: who may call on an account, and why. One question, many at once, or every account for a party."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import answers
from api.http import own
from api.http.access import Access, access_of
from api.http.bodies import parse, read_body
from api.http.documents import body_of, parameters_of, responses_of
from api.http.obligations import ObligationAnswer
from api.http.own_models import OwnCallingAnswer, OwnCallingListAnswer
from api.http.paging import ListAnswer, listing
from api.http.problem_kinds import (
    BODY_TOO_LARGE,
    INVALID_CURSOR,
    UNKNOWN_SUBJECT,
    UNKNOWN_TIME,
    UNSUPPORTED_MEDIA_TYPE,
)
from api.http.problems import Problem
from api.http.questions import (
    AccountId,
    ContractId,
    KnownAt,
    LineId,
    Listing,
    On,
    PartyId,
    Question,
    read,
    read_value,
)
from api.http.reasons import ReasonAnswer
from api.http.routes import Own, asks, may, routes
from api.http.sending import send
from api.identity.roles import reach
from ledger.store.errors import KnownAtAhead
from projections import calling
from projections.asking import Moment, Page
from projections.calling import CallingQuestion
from projections.problems import UnknownSubject

router = routes("calling")

MOST_QUESTIONS = 1_000

CALLING: dict[str, Any] = {
    "account_id": "acme",
    "party_id": "north",
    "line": "gtx-pro",
    "contract_id": None,
    "on": "2026-04-02",
    "known_at": 57,
    "verdict": "denied",
    "rule": "CALL-RESERVED",
    "opens_on": "2026-06-30",
    "agreement_of": None,
    "contested": False,
    "incomplete": [],
    "reasons": [
        {
            "rule": "CALL-RESERVED",
            "clause": "prism.3",
            "says": "Business on gtx-pro is reserved for another party; it opens on 30 June 2026. "
            "Sales operations answer questions.",
            "event_ids": [],
        }
    ],
    "obligations": [],
}
QUESTIONS: dict[str, Any] = {
    "questions": [
        {"account_id": "acme", "party_id": "north", "line": "gtx-pro"},
        {"account_id": "acme", "party_id": "jane", "contract_id": "contract-9", "on": "2027-03-01"},
    ]
}


class IncompleteAnswer(BaseModel):
    """A claim of the asking party that reserves nothing yet, and what it lacks."""

    opportunity_id: str
    missing: list[str]


class CallingAnswer(BaseModel):
    """Whether a party may call, by which rule, why, and what would change it."""

    model_config = ConfigDict(title="CallingRight", json_schema_extra={"examples": [CALLING]})

    account_id: str
    party_id: str
    line: str | None
    contract_id: str | None
    on: date
    known_at: int = Field(description="The position the answer was read at.")
    verdict: Literal["allowed", "conditional", "denied"]
    rule: str = Field(description="The rule that decided; see /v1/rules/{rule_id}.")
    opens_on: date | None = Field(description="From which day a party that is denied is no longer so, if known.")
    agreement_of: str | None = Field(description="Whose agreement a conditional verdict needs.")
    contested: bool = Field(description="Whether a dispute on the subject is open.")
    incomplete: list[IncompleteAnswer] = Field(description="The party's own claims that are not established yet.")
    reasons: list[ReasonAnswer]
    obligations: list[ObligationAnswer] = Field(description="What the party owes on this account.")


class CallingListAnswer(ListAnswer):
    """A page of calling rights."""

    items: list[CallingAnswer]


class CallingAsked(Question):
    """Who asks to call on which account, for what."""

    account_id: AccountId
    party_id: PartyId
    line: LineId | None = None
    contract_id: ContractId | None = None


class PartyCallingAsked(Listing):
    """Who asks, and for which line."""

    party_id: PartyId
    line: LineId | None = None


class QuestionInBody(BaseModel):
    """One of many questions; `on` and `known_at` stand in for those of the query."""

    model_config = ConfigDict(title="CallingQuestion", frozen=True, extra="forbid")

    account_id: AccountId
    party_id: PartyId
    line: LineId | None = None
    contract_id: ContractId | None = None
    on: On = None
    known_at: KnownAt = None


class CallingQuestions(BaseModel):
    """Up to 1,000 questions, answered in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [QUESTIONS]})

    questions: Annotated[list[QuestionInBody], Field(min_length=1, max_length=MOST_QUESTIONS)]


@asks(
    router,
    "/v1/accounts/{account_id}/calling-rights",
    CallingAsked,
    CallingAnswer,
    may="calling",
    own=Own(own.calling_right, OwnCallingAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def calling_right(asked: CallingAsked, access: Access) -> Response:
    """May this party call on this account? On a line, for the renewal of a contract, or (neither named) in general."""
    return await access.run_quick(asked, _calling_right, asked, access)


def _calling_right(asked: CallingAsked, access: Access) -> Response:
    at = access.moment(asked)
    found = calling.calling_right(access.read, asked.account_id, asked.party_id, at, asked.line, asked.contract_id)
    return send(answers.calling(found))


@asks(
    router,
    "/v1/parties/{party_id}/calling-rights",
    PartyCallingAsked,
    CallingListAnswer,
    may="calling",
    own=Own(own.callable_accounts, OwnCallingListAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME, INVALID_CURSOR),
)
async def party_calling_rights(asked: PartyCallingAsked, access: Access) -> Response:
    """On which accounts may this party call, for a line or in general? Allowed and conditional ones, by account."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[calling.CallingAnswer]:
        return calling.callable_accounts(access.read, asked.party_id, at, line=asked.line, after=after, limit=limit)

    return await listing(access, asked, ask, answers.calling)


@router.post(
    "/v1/calling-rights",
    response_model=CallingListAnswer | OwnCallingListAnswer,
    responses=responses_of((UNKNOWN_SUBJECT, UNKNOWN_TIME, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE)),
    openapi_extra={
        "parameters": parameters_of(Question),
        "requestBody": body_of("CallingQuestions", {"two questions": QUESTIONS}),
    },
    operation_id="calling_rights",
)
@may("calling", answers_own=True)
async def calling_rights(request: Request) -> Response:
    """The same for up to 1,000 questions at once, answered in their order. One that can't be answered refuses all."""
    access, asked = access_of(request), read(Question, request)
    body = await parse(await read_body(request, access.settings.max_body_bytes))
    given = read_value(CallingQuestions, body).questions
    if reach(access.caller, "calling") == "own":
        return await access.run(own.calling_rights, asked, given, access)
    return await access.run(_calling_rights, asked, given, access)


def _calling_rights(asked: Question, given: list[QuestionInBody], access: Access) -> Response:
    overall = access.moment(asked)
    moments: dict[tuple[Any, Any], Moment] = {(None, None): overall}
    questions = []
    for place, one in enumerate(given):
        key = (one.on, one.known_at)
        if key not in moments:
            moments[key] = _moment(asked, one, overall, access, f"/questions/{place}/known_at")
        questions.append(CallingQuestion(one.account_id, one.party_id, moments[key], one.line, one.contract_id))
    try:
        found = calling.calling_rights(access.read, questions)
    except UnknownSubject as error:
        raise _at_its_place(error, given) from error
    return send({"items": [answers.calling(one) for one in found], "next": None, "position": overall.position})


def _moment(asked: Question, one: QuestionInBody, overall: Moment, access: Access, pointer: str) -> Moment:
    """The moment of one question: its own day and position, else those of the query."""
    known_at = overall.position if one.known_at is None else one.known_at
    try:
        return access.moment(Question.model_construct(on=one.on or asked.on, known_at=known_at))
    except KnownAtAhead as error:
        detail = str(error)
        raise Problem(UNKNOWN_TIME, detail, [{"pointer": pointer, "detail": detail}]) from error


def _at_its_place(error: UnknownSubject, given: list[QuestionInBody]) -> Problem:
    """The problem with a pointer to the first question that names what is unknown."""
    name = f"{error.kind}_id"
    place = next((at for at, one in enumerate(given) if getattr(one, name, None) == error.id), 0)
    detail = f"names the {error.kind} {error.id!r}, which the ledger does not know"
    pointer = f"/questions/{place}/{name}"
    return Problem(UNKNOWN_SUBJECT, f"{pointer} {detail}", [{"pointer": pointer, "detail": detail}])
