"""The sheet of an opportunity: what its fields say from when to when, who changed them, and what may not be written.

Every fact on the opportunity that tells of a field is read, in the order of (effective date, position): the opening and
the revisions, but also forecasts (amount, probability, expected close), moves of the manager, awards, losses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from ledger.events.awards import BusinessAwarded, BusinessLost
from ledger.events.base import Event
from ledger.events.contracts import MOST_MINOR_UNITS
from ledger.events.coverage import OpportunityHandedOver, OpportunityReassigned
from ledger.events.engagement import CoordinationRecorded, EngagementRecorded
from ledger.events.forecasts import ForecastRecorded
from ledger.events.leads import LeadConverted
from ledger.events.opportunities import OpportunityAbandoned, OpportunityManagerAppointed, OpportunityOpened
from ledger.events.outcomes import OutcomeMeasured, OutcomeStated
from ledger.events.sheets import CERTAIN, GateDecided, OpportunityRevised
from ledger.money import to_minor
from ledger.recorded import Recorded
from policies.days import FOREVER, Order
from policies.kept import Sheet
from policies.outcomes import Outcome, edges, follow, shortfalls
from policies.rulebook import rule

KEPT_FIELDS = (
    "name",
    "amount",
    "currency",
    "probability",
    "expected_close_on",
    "stage",
    "next_milestone",
    "strategic",
    "region",
    "lead_id",
)
"""Fields of the sheet that questions on many opportunities need."""

TOLD_FIELDS = ("problem", "pain", "reasons", "impacts", "capabilities", "attributes")
"""Fields of the sheet that are shown with it."""

FIELDS = (*KEPT_FIELDS, *TOLD_FIELDS)

AWARDED = frozenset({"amount", "currency", "probability"})
"""What the award says once and for all."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A field of the sheet got another value by a fact."""

    field: str
    before: Any
    after: Any
    fact: Recorded


@dataclass(slots=True)
class SheetState:
    """The sheet as far as its facts are followed. Values are as they were stated; amounts are exact decimals."""

    opened: Recorded | None = None
    state: str = "open"
    fields: dict[str, Any] = field(default_factory=dict)
    manager: str | None = None
    stage_since: date | None = None
    closed_on: date | None = None
    first_close_on: date | None = None
    slips: int = 0
    gate: str | None = None
    engaged_on: date | None = None
    coordinated_on: date | None = None
    outcome: Outcome | None = None

    def follow(self, fact: Recorded) -> list[Revision]:
        """Take in the next fact in order; answers the fields that it changed."""
        before = self._told()
        _TAKE.get(type(fact.event), _nothing)(self, fact)
        after = self._told()
        return [
            Revision(name, before.get(name), value, fact) for name, value in after.items() if before.get(name) != value
        ]

    def _told(self) -> dict[str, Any]:
        return {**self.fields, "manager": self.manager, "state": None if self.opened is None else self.state}

    def put(self, values: dict[str, Any], on: date) -> None:
        """Give fields other values on a day."""
        if "stage" in values and _key(values["stage"]) != _key(self.fields.get("stage")):
            self.stage_since, self.gate = (on if values["stage"] is not None else None), None
        if (closes := values.get("expected_close_on")) is not None:
            known = self.fields.get("expected_close_on")
            self.first_close_on = self.first_close_on or closes
            self.slips += known is not None and closes > known
        self.fields.update(values)

    def close(self, state: str, on: date) -> None:
        """The opportunity ends; what was won once stays won."""
        if self.state != "won":
            self.state, self.closed_on = state, on


@rule("SHEET")
def read_state(history: Iterable[Recorded], on: date) -> tuple[SheetState, list[Revision]]:
    """The sheet as it stands at the end of a day, and every change of a field up to then, in order."""
    sheet = SheetState()
    revisions: list[Revision] = []
    for fact in sorted(history, key=lambda fact: fact.order):
        if fact.effective_on <= on:
            revisions += sheet.follow(fact)
    return sheet, revisions


class SheetReading:
    """The sheet of one opportunity by rule SHEET, extended by each fact that comes after those before it.

    `kept` says what it says from its opening on, cut wherever something of it changes.
    """

    __slots__ = ("_account_id", "_last", "_opportunity_id", "_state", "kept")

    def __init__(self, account_id: str, opportunity_id: str, history: Iterable[Recorded] = ()) -> None:
        self._account_id, self._opportunity_id = account_id, opportunity_id
        self._state = SheetState()
        self._last: Order = (date.min, 0)
        self.kept: tuple[Sheet, ...] = ()
        for fact in sorted(history, key=_order):
            self.extend(fact)

    def comes_next(self, fact: Recorded) -> bool:
        """Whether a fact comes after all that were read, so that it can extend them."""
        return fact.order > self._last

    def extend(self, fact: Recorded) -> None:
        """Read the next fact: from its day on, the sheet says what it says with it."""
        day, state, self._last = fact.effective_on, self._state, fact.order
        _TAKE.get(type(fact.event), _nothing)(state, fact)
        if state.opened is None:
            return
        found = [piece for piece in self.kept if piece.valid_from < day]
        if found and found[-1].valid_until > day:
            found[-1] = replace(found[-1], valid_until=day)
        for piece in _pieces(self._account_id, self._opportunity_id, state, day, FOREVER):
            _append(found, piece)
        self.kept = tuple(found)


def _pieces(account_id: str, opportunity_id: str, state: SheetState, since: date, until: date) -> Iterator[Sheet]:
    whole = _sheet(account_id, opportunity_id, state, since, until)
    if state.outcome is None:
        yield whole
        return
    cuts = sorted({since, until, *(day for day in edges(state.outcome) if since < day < until)})
    for start, end in pairwise(cuts):
        yield replace(
            whole,
            valid_from=start,
            valid_until=end,
            shortfalls=shortfalls(state.outcome, start, reached=state.state == "won"),
            unmeasured=state.outcome.unmeasured,
        )


def _sheet(account_id: str, opportunity_id: str, state: SheetState, since: date, until: date) -> Sheet:
    fields = state.fields
    currency, amount = fields.get("currency"), fields.get("amount")
    opened = state.opened
    return Sheet(
        account_id=account_id,
        opportunity_id=opportunity_id,
        valid_from=since,
        valid_until=until,
        name=fields.get("name", opportunity_id),
        state=state.state,
        opened_on=since if opened is None else opened.effective_on,
        stage=fields.get("stage"),
        stage_since=state.stage_since,
        closed_on=state.closed_on,
        manager=state.manager,
        currency=currency,
        amount=_minor(amount, currency),
        probability=fields.get("probability"),
        expected_close_on=fields.get("expected_close_on"),
        first_close_on=state.first_close_on,
        slips=state.slips,
        next_milestone=fields.get("next_milestone"),
        strategic=bool(fields.get("strategic")),
        region=fields.get("region"),
        lead_id=fields.get("lead_id"),
        engaged_on=state.engaged_on,
        coordinated_on=state.coordinated_on,
        gate=state.gate,
        outcome=None if state.outcome is None else state.outcome.event.data.says,
    )


def _minor(amount: Decimal | None, currency: str | None) -> int | None:
    """The amount in minor units; None for one so large that sums of whole ledgers would not stay exact."""
    if amount is None or currency is None:
        return None
    minor = to_minor(amount, currency)
    return minor if minor <= MOST_MINOR_UNITS else None


def _append(found: list[Sheet], piece: Sheet) -> None:
    """Add a piece, joined to the one before it if it says the same."""
    if found and replace(piece, valid_from=found[-1].valid_from, valid_until=found[-1].valid_until) == found[-1]:
        found[-1] = replace(found[-1], valid_until=piece.valid_until)
    else:
        found.append(piece)


def _order(fact: Recorded) -> Order:
    return fact.order


def _key(name: str | None) -> str | None:
    return None if name is None else name.casefold()


# ---- what each fact says ---------------------------------------------------------------------------------------------


def _nothing(_state: SheetState, _fact: Recorded) -> None:
    """Most facts say nothing of the sheet."""


def _take_stated(state: SheetState, fact: Recorded) -> None:
    data = fact.event.data
    sent = data.model_fields_set
    if state.state == "won":
        sent = sent - AWARDED
    state.put({name: getattr(data, name) for name in FIELDS if name in sent}, fact.effective_on)


def _take_opened(state: SheetState, fact: Recorded) -> None:
    if state.opened is None:
        state.opened = fact
    _take_stated(state, fact)


def _take_forecast(state: SheetState, fact: Recorded) -> None:
    data = fact.event.data
    assert isinstance(data, ForecastRecorded.Data)  # noqa: S101 - told from its type
    if state.state in {"won", "abandoned"}:
        return  # who gave it up can't have forecast it again (OM-LAPSED): this was recorded before that was known
    state.state, state.closed_on = "open", None
    values: dict[str, Any] = {
        "amount": sum(line.amount for line in data.lines),
        "currency": data.currency,
        "expected_close_on": data.expected_award_on,
    }
    if data.probability is not None:
        values["probability"] = data.probability
    state.put(values, fact.effective_on)


def _take_award(state: SheetState, fact: Recorded) -> None:
    data = fact.event.data
    assert isinstance(data, BusinessAwarded.Data)  # noqa: S101
    awarded = sum((line.amount for line in data.lines), Decimal())
    if state.state == "won" and state.fields.get("currency") == data.currency:
        awarded += state.fields.get("amount") or Decimal()
    elif state.state == "won":
        awarded = state.fields.get("amount") or Decimal()  # in another currency: never added together
    else:
        state.state, state.closed_on = "won", fact.effective_on
        state.fields["currency"] = data.currency
    state.fields["amount"] = awarded
    state.fields["probability"] = CERTAIN


def _take_appointment(state: SheetState, fact: Recorded) -> None:
    assert isinstance(fact.event, OpportunityManagerAppointed)  # noqa: S101
    state.manager = state.manager or fact.event.data.party_id


def _take_move(state: SheetState, fact: Recorded) -> None:
    assert isinstance(fact.event, OpportunityHandedOver | OpportunityReassigned)  # noqa: S101
    if state.manager is not None:
        state.manager = fact.event.data.to_party_id


def _take_gate(state: SheetState, fact: Recorded) -> None:
    assert isinstance(fact.event, GateDecided)  # noqa: S101
    if _key(fact.event.data.stage) == _key(state.fields.get("stage")):
        state.gate = fact.event.data.decision


def _take_lead(state: SheetState, fact: Recorded) -> None:
    assert isinstance(fact.event, LeadConverted)  # noqa: S101
    state.fields["lead_id"] = fact.event.data.lead_id


def _take_engagement(state: SheetState, fact: Recorded) -> None:
    state.engaged_on = fact.effective_on


def _take_coordination(state: SheetState, fact: Recorded) -> None:
    state.coordinated_on = fact.effective_on


def _take_outcome(state: SheetState, fact: Recorded) -> None:
    state.outcome = follow(state.outcome, fact)


def _take_loss(state: SheetState, fact: Recorded) -> None:
    state.close("lost", fact.effective_on)


def _take_abandonment(state: SheetState, fact: Recorded) -> None:
    state.close("abandoned", fact.effective_on)


_TAKE: dict[type[Event], Callable[[SheetState, Recorded], None]] = {
    OpportunityOpened: _take_opened,
    OpportunityRevised: _take_stated,
    ForecastRecorded: _take_forecast,
    BusinessAwarded: _take_award,
    BusinessLost: _take_loss,
    OpportunityAbandoned: _take_abandonment,
    OpportunityManagerAppointed: _take_appointment,
    OpportunityHandedOver: _take_move,
    OpportunityReassigned: _take_move,
    EngagementRecorded: _take_engagement,
    CoordinationRecorded: _take_coordination,
    GateDecided: _take_gate,
    LeadConverted: _take_lead,
    OutcomeStated: _take_outcome,
    OutcomeMeasured: _take_outcome,
}

SHEET_TYPES: frozenset[str] = frozenset(one.model_fields["type"].default for one in _TAKE)
"""The types that say something of a sheet."""
