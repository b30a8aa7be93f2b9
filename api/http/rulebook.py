"""The rule book: every rule with its clauses, and every figure in effect on a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from api import answers
from api.http import own_book
from api.http.access import Access
from api.http.paging import ListAnswer, listing, page_of
from api.http.problem_kinds import INVALID_CURSOR, UNKNOWN_SUBJECT, UNKNOWN_TIME
from api.http.questions import Listing, Question
from api.http.routes import Own, asks, routes
from api.http.sending import send
from policies.figures import DEFINITIONS, FigureValue
from policies.rulebook import RULES, Rule
from projections.asking import Moment, Page
from projections.figures import figures_on
from projections.problems import UnknownSubject

router = routes("rule book")

FIGURE: dict[str, Any] = {
    **answers.figure(FigureValue("grace_days", 60, date(2026, 7, 1), "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11")),
    "since": "2026-07-01",
}
RULE: dict[str, Any] = {
    **answers.rule(RULES["OM-GRACE"]),
    "figures": [FIGURE],
    "scenarios": ["A line reserved through grace is free on the day after the deadline"],
}


class FigureAnswer(BaseModel):
    """A figure in effect on a day."""

    model_config = ConfigDict(title="Figure", json_schema_extra={"examples": [FIGURE]})

    figure: str
    value: int | list[int]
    unit: str
    says: str
    clause: str
    since: date | None = Field(description="From which day it holds; null for the value the book begins with.")
    event_id: str | None = Field(description="The event that set it.")


class ClauseAnswer(BaseModel):
    """A clause of a source document."""

    clause: str
    source: str


class RuleAnswer(BaseModel):
    """A rule of the book, with the figures it rests on as they are on the day."""

    model_config = ConfigDict(title="Rule", json_schema_extra={"examples": [RULE]})

    id: str
    section: str
    title: str
    says: str
    clause: str = Field(description="The clause that reasons cite.")
    clauses: list[ClauseAnswer]
    decided: str | None = Field(description="What the sources leave open and the specification settles.")
    figures: list[FigureAnswer]
    status: str = Field(description="`implemented`, or `open` while nothing carries the rule out yet.")
    scenarios: list[str] = Field(description="The titles of the scenarios that show it; the rule book links them.")


class RulesAnswer(ListAnswer):
    """A page of rules, in the order of the specification."""

    items: list[RuleAnswer]


class FiguresAnswer(ListAnswer):
    """All figures in effect on the day."""

    items: list[FigureAnswer]


class RuleAsked(Question):
    """Which rule is asked about."""

    rule_id: Annotated[
        str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{0,63}$"), Field(description="A rule.", examples=["OM-GRACE"])
    ]


@asks(
    router,
    "/v1/rules",
    Listing,
    RulesAnswer,
    may="rule_book",
    own=Own(own_book.rules, RulesAnswer),
    problems=(UNKNOWN_TIME, INVALID_CURSOR),
)
async def rules(asked: Listing, access: Access) -> Response:
    """Every rule of the specification, in its order, with its clauses, its figures on the day, and what shows it."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[dict[str, Any]]:
        figures = _figures(access, at)
        return page_of([(one.id, _rule(one, figures)) for one in RULES.values()], after, limit)

    return await listing(access, asked, ask, dict)


@asks(
    router,
    "/v1/rules/{rule_id}",
    RuleAsked,
    RuleAnswer,
    may="rule_book",
    own=Own(own_book.rule, RuleAnswer),
    problems=(UNKNOWN_SUBJECT, UNKNOWN_TIME),
)
async def rule(asked: RuleAsked, access: Access) -> Response:
    """One rule, with its clauses, its figures on the day, and the scenarios that show it."""

    def find() -> Response:
        at = access.moment(asked)
        if asked.rule_id not in RULES:
            raise UnknownSubject("rule", asked.rule_id)
        return send(_rule(RULES[asked.rule_id], _figures(access, at)))

    return await access.run(find)


@asks(
    router,
    "/v1/figures",
    Listing,
    FiguresAnswer,
    may="rule_book",
    own=Own(own_book.figures, FiguresAnswer),
    problems=(UNKNOWN_TIME, INVALID_CURSOR),
)
async def figures(asked: Listing, access: Access) -> Response:
    """Every number the rules rest on, as it is in effect on the day."""

    def ask(at: Moment, after: str | None, limit: int) -> Page[FigureValue]:
        return page_of([(one.name, one) for one in figures_on(access.read, at)], after, limit)

    return await listing(access, asked, ask, answers.figure)


def _figures(access: Access, at: Moment) -> dict[str, FigureValue]:
    return {one.name: one for one in figures_on(access.read, at)}


def _rule(one: Rule, on_the_day: dict[str, FigureValue]) -> dict[str, Any]:
    figures_of_rule = [answers.figure(on_the_day[name]) for name in one.figures if name in DEFINITIONS]
    return {**answers.rule(one), "figures": figures_of_rule}
