"""Random histories of one or two accounts, as a client would post them, in recording order.

`histories()` draws a whole one: dates cluster around the boundaries of the rules, facts come late, out of order,
corrected and retracted. Most of the events are acceptable; some are not (a second appointment, a forecast after the
lapse): whoever records them one by one passes over those that are refused. `next_events(so_far)` draws what comes next
after any history, for a test that goes step by step; `questions(history)` draws who may be asked about what.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.strategies import opportunities, residuals, together
from tests.strategies.sketch import ACCOUNTS, LINES, PARTIES, PostedEvent, Sketch

BEGINNING = date(2023, 1, 1)
REGISTRATIONS: dict[str, dict[str, str]] = {
    "ann": {"kind": "employee"},
    "bob": {"kind": "employee"},
    "cyd": {"kind": "employee"},
    "dan": {"kind": "employee"},
    "house": {"kind": "company"},
    "copra": {"kind": "partner", "tier": "co_sell"},
    "resol": {"kind": "partner", "tier": "reseller"},
    "strat": {"kind": "partner", "tier": "strategic_channel_partner"},
    "mia": {"kind": "contact", "member_of": "resol"},
}

Step = Callable[[Sketch], None]
WEIGHTS: dict[Step, int] = {
    opportunities.start_opportunity: 2,
    opportunities.add_evidence: 2,
    opportunities.forecast_again: 3,
    opportunities.extend: 3,
    opportunities.award: 5,
    opportunities.lose: 2,
    opportunities.abandon: 2,
    opportunities.hand_over: 2,
    opportunities.reassign: 2,
    opportunities.share_activity: 2,
    opportunities.add_noise: 1,
    together.put_in_charge: 8,
    together.execute_account_plan: 7,
    together.share_revenue: 3,
    together.answer_share: 3,
    together.include_partner: 5,
    together.win_with_partners: 6,
    together.go_on_with_partner: 5,
    together.go_on_with_contract: 4,
    together.set_figure: 2,
    together.register_again: 2,
    together.retract: 3,
    together.correct: 5,
    residuals.earn: 5,
    residuals.renew_contract: 4,
    residuals.move_residuals: 2,
    residuals.share_residuals: 2,
    residuals.close_period: 4,
}
_STEPS = [step for step, weight in WEIGHTS.items() for _ in range(weight)]


@dataclass(frozen=True, slots=True)
class Question:
    """Who may call: a party, an account, and a line, a contract, both or neither."""

    party: str
    account: str
    line: str | None
    contract_id: str | None


@st.composite
def histories(draw: DrawFn, *, accounts: int | None = None, most_steps: int = 24) -> list[PostedEvent]:
    """A history in recording order: the parties, one or two accounts, and what happened there."""
    sketch = Sketch(draw, base=draw(st.integers(0, 2**64 - 1)))
    _open_world(sketch, accounts or sketch.one_of([1, 1, 2]))
    for _ in range(sketch.one_of([1, 2, 2, 3])):
        opportunities.start_opportunity(sketch)
    for _ in range(draw(st.integers(most_steps // 3, most_steps))):
        sketch.one_of(_STEPS)(sketch)
    return sketch.events


def next_events(so_far: Sequence[PostedEvent]) -> SearchStrategy[list[PostedEvent]]:
    """What a client may post next after these events (as posted or as recorded): one event, or a few in order."""
    return _next_events(tuple(so_far))


@st.composite
def _next_events(draw: DrawFn, so_far: tuple[PostedEvent, ...]) -> list[PostedEvent]:
    sketch = Sketch(draw, so_far, base=draw(st.integers(1, 2**64 - 1)))
    if not sketch.accounts:
        _open_world(sketch, sketch.one_of([1, 1, 2]))
    elif not sketch.opportunities:
        opportunities.start_opportunity(sketch)
    else:
        sketch.one_of(_STEPS)(sketch)
    return sketch.events[len(so_far) :]


def _open_world(sketch: Sketch, accounts: int) -> None:
    for party, registration in REGISTRATIONS.items():
        data: dict[str, Any] = {"party_id": party, "name": party.title(), **registration}
        sketch.event("party_registered", BEGINNING, None, data)
    for account in ACCOUNTS[:accounts]:
        opening: dict[str, Any] = {"name": account.title()}
        if account != ACCOUNTS[0] and sketch.chance(50):
            opening["parent_account_id"] = ACCOUNTS[0]
        sketch.event("account_opened", BEGINNING, account, opening)


def all_questions(history: Sequence[PostedEvent]) -> list[Question]:
    """Every party asked about every line, in general, and about every contract with and without a line."""
    accounts = list(dict.fromkeys(event["account_id"] for event in history if event["type"] == "account_opened"))
    contracts = dict.fromkeys(
        (event["account_id"], event["data"]["contract_id"]) for event in history if event["type"] == "business_awarded"
    )
    lines = [None, *LINES]
    return [Question(party, account, line, None) for account in accounts for party in PARTIES for line in lines] + [
        Question(party, account, line, contract)
        for account, contract in contracts
        for party in PARTIES
        for line in lines
    ]


def questions(history: Sequence[PostedEvent]) -> SearchStrategy[Question]:
    """One of all the questions that the history can be asked."""
    return st.sampled_from(all_questions(history))
