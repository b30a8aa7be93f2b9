"""Ledgers with names and texts that a file of CSV can go wrong with: quotes, line breaks, blanks, formulas."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.strategies.events import FLAT, NAMES, TEXTS

Json = dict[str, Any]

AWKWARD = st.sampled_from(
    ["=1+1", "'=1", "''+2", "@x", "-5", "'", '"', 'a,"b"', " x ", "'s Gravenhage", "true", "null"]
)
ONE_LINE = AWKWARD | NAMES
SOME_LINES = AWKWARD | st.sampled_from(["a\r\nb", "\r", "x\n", "\t=1", "\ry", "'\t'"]).filter(str.strip) | TEXTS
STAGES = st.sampled_from(["Prospecting", "Qualified", "Proposing"])
OPENED = st.dates(date(2026, 1, 1), date(2026, 2, 1))


@st.composite
def ledgers(draw: DrawFn) -> list[Json]:
    """Parties, accounts, contacts and opportunities, in an order in which they can be recorded."""
    names = draw(st.lists(ONE_LINE, min_size=3, max_size=3))
    events = [_party("jane", "employee", names[0]), _party("house", "company", names[1])]
    events.append(_party("nora", "contact", names[2], member_of="house"))
    for number in range(draw(st.integers(1, 3))):
        above = {"parent_account_id": f"a-{number - 1}"} if number and draw(st.booleans()) else {}
        said = {"name": draw(ONE_LINE), **above, **draw(_optional(attributes=FLAT.filter(bool)))}
        events.append(_on(f"a-{number}", "account_opened", draw(OPENED), said))
        if draw(st.booleans()):
            contact = draw(_optional(title=ONE_LINE, email=ONE_LINE, phone=ONE_LINE, attributes=FLAT.filter(bool)))
            events.append(_on(f"a-{number}", "contact_recorded", date(2026, 1, 5), {"party_id": "nora", **contact}))
    if draw(st.booleans()):
        events.append(_on("a-0", "account_elevated", date(2026, 1, 9), {}))
    for number in range(draw(st.integers(0, 3))):
        events += draw(_opportunities(f"o-{number}"))
    for number in range(draw(st.integers(0, 3))):
        events += draw(_leads(f"l-{number}"))
    return events


@st.composite
def _leads(draw: DrawFn, lead_id: str) -> list[Json]:
    began, named = draw(OPENED), {"lead_id": lead_id}
    said = draw(
        _optional(
            name=ONE_LINE, organisation=ONE_LINE, contact=ONE_LINE, email=ONE_LINE, source=ONE_LINE,
            target_list=ONE_LINE, campaign=ONE_LINE, interest=SOME_LINES, region=ONE_LINE,
            lines=st.lists(st.sampled_from(["gtx", "spares"]), min_size=1, unique=True),
            attributes=FLAT.filter(bool), expected_close_on=st.just("2026-08-31"),
        )
    )  # fmt: skip
    if draw(st.booleans()):
        said |= {"amount": "1200.5", "currency": "USD"}
    account_id = draw(st.sampled_from([None, "a-0"]))
    events = [_on(account_id, "lead_captured", began, {**named, **said})]
    if draw(st.booleans()):
        events.append(_on(account_id, "lead_assigned", began, {**named, "party_id": "jane"}))
    state = draw(st.sampled_from(["captured", "responded", "worked", "qualified", "disqualified", "converted"]))
    if state == "responded":
        events.append(_on(account_id, "lead_responded", began + timedelta(1), {**named, "email": draw(ONE_LINE)}))
    if state == "worked" or (state not in {"captured", "responded"} and draw(st.booleans())):
        worked = {"party_id": "jane", "activity": draw(SOME_LINES)}
        events.append(_on(account_id, "lead_worked", began + timedelta(2), {**named, **worked}))
    if state in {"qualified", "converted"}:
        judged = draw(_optional(reason=SOME_LINES, criteria=st.lists(SOME_LINES, min_size=1, max_size=3)))
        events.append(_on(account_id, "lead_qualified", began + timedelta(3), {**named, **judged}))
    if state == "disqualified":
        judged = {"reason": draw(SOME_LINES)}
        events.append(_on(account_id, "lead_disqualified", began + timedelta(3), {**named, **judged}))
    if state == "converted":
        opened = {"opportunity_id": f"of-{lead_id}", "name": f"Of {lead_id}", **named}
        events.append(_on("a-0", "opportunity_opened", began + timedelta(4), opened))
        converted = {**named, "opportunity_id": f"of-{lead_id}"}
        events.append(_on("a-0", "lead_converted", began + timedelta(4), converted))
    return events


@st.composite
def _opportunities(draw: DrawFn, opportunity_id: str) -> list[Json]:
    opened = draw(OPENED)
    sheet = draw(
        _optional(
            expected_close_on=st.just("2026-08-31"),
            stage=STAGES,
            next_milestone=SOME_LINES,
            probability=st.integers(0, 99),
            strategic=st.booleans(),
            region=ONE_LINE,
            problem=SOME_LINES,
            pain=SOME_LINES,
            reasons=SOME_LINES,
            impacts=SOME_LINES,
            capabilities=st.lists(SOME_LINES, min_size=1, max_size=3),
            attributes=FLAT.filter(bool),
        )
    )
    if draw(st.booleans()):
        sheet |= {"amount": "1200.50", "currency": "EUR"}
    named = {"opportunity_id": opportunity_id}
    events = [
        _on("a-0", "opportunity_opened", opened, {**named, "name": f"{draw(ONE_LINE)} {opportunity_id}", **sheet})
    ]
    if draw(st.booleans()):
        said = draw(_optional(stage=STAGES, problem=SOME_LINES)) | {"impacts": draw(SOME_LINES)}
        events.append(_on("a-0", "opportunity_revised", opened + timedelta(10), {**named, **said}))
    if draw(st.booleans()):
        assured = {"authorized_by": "management", "skills": True, "resources": True}
        events.append(_on("a-0", "opportunity_manager_appointed", opened, {**named, "party_id": "jane", **assured}))
    end = draw(st.sampled_from(["open", "business_lost", "opportunity_abandoned", "business_awarded"]))
    if end == "business_awarded":
        lines = [{"line": "gtx", "amount": "70.00"}, {"line": "spares", "amount": "0.00"}]
        award = {**named, "contract_id": f"c-{opportunity_id}", "currency": "EUR", "lines": lines}
        events.append(_on("a-0", end, opened + timedelta(20), award))
    elif end != "open":
        events.append(_on("a-0", end, opened + timedelta(20), {**named, "reason": draw(SOME_LINES)}))
    return events


@st.composite
def _optional(draw: DrawFn, **strategies: st.SearchStrategy[Any]) -> Json:
    return {name: draw(strategy) for name, strategy in strategies.items() if draw(st.booleans())}


def _party(party_id: str, kind: str, name: str, **more: str) -> Json:
    data = {"party_id": party_id, "name": name, "kind": kind, **more}
    return {"type": "party_registered", "effective_on": "2026-01-01", "data": data}


def _on(account_id: str | None, type_: str, on: date, data: Json) -> Json:
    event = {"type": type_, "effective_on": on.isoformat(), "data": data}
    return event if account_id is None else {**event, "account_id": account_id}
