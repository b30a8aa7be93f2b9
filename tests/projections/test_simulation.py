"""A simulation says what a recording would change, or why it would be refused; and it records nothing."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.kept import ContractSituation, Kept, Right, Sheet, Situation
from projections.asking import Moment
from projections.calling import calling_right
from projections.obligations import obligations
from projections.parties import parties_known
from projections.problems import MalformedEvents, RecordingError, UnknownSubject
from projections.rights import timeline
from projections.simulation.differences import AccountDifference, what_it_says
from projections.simulation.simulating import Simulation
from projections.simulation.standing import Standing
from projections.simulation.supposing import Supposition
from projections.simulation.verdicts import VerdictChange
from tests.projections.facts import account, appointment, award, event, forecast, opportunity, party
from tests.projections.ledgers import TODAY, Event, Ledger, open_ledger
from tests.strategies.histories import histories
from tests.strategies.sketch import PARTIES
from tests.support import postgresql

Posted = list[dict[str, Any]]
Differences = Mapping[str, AccountDifference]
FOR_EVER = ("event_retracted", "period_closed")
LEFT_OUT_SELDOM = {"party_registered", "account_opened", "event_retracted"}


@contextmanager
def fresh_sqlite(template: Path) -> Iterator[Ledger]:
    """An empty ledger in a file, in memory where there is one."""
    memory = Path("/dev/shm")  # noqa: S108 - nothing in it outlives the test
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = shutil.copyfile(template, Path(folder) / "ledger.db")
        with open_ledger(f"sqlite:///{path}") as ledger:
            yield ledger


@contextmanager
def fresh_postgresql(server: postgresql.Server, template: str) -> Iterator[Ledger]:
    """An empty ledger on the server."""
    with server.database(template=template) as url, open_ledger(url) as ledger:
        yield ledger


def simulate(ledger: Ledger, on: date = TODAY, at: int | None = None, **supposed: Any) -> Simulation:
    """A simulation by the tester."""
    accounts = supposed.pop("accounts", None)
    moment = ledger.at(on, at)
    return Simulation(
        ledger.store.read, Supposition(**supposed), moment, today=TODAY, actor="tester", accounts=accounts
    )


def differences(ledger: Ledger, on: date = TODAY, at: int | None = None, **supposed: Any) -> Differences:
    """The differences it makes, by account."""
    found = simulate(ledger, on, at, **supposed).differences()
    return {one.account_id: one for one in found if one}


def accepted(ledger: Ledger, posted: Posted) -> Posted:
    """Records events one by one; those that were not refused, as they were posted."""
    recorded = {str(one["event_id"]) for one in ledger.record_acceptable(posted)}
    return [one for one in posted if one["event_id"] in recorded]


class Comparison:
    """A ledger before and after a recording, held against the difference that was told for it."""

    def __init__(self, ledger: Ledger, before: int, after: int, on: date, told: Differences) -> None:
        self.read, self.on, self.told = ledger.store.read, on, told
        self.positions = (before, after)
        self.standings = [Standing(self.read, position) for position in self.positions]

    def check(self, accounts: Iterable[str]) -> None:
        """Rights on every day, what is owed and who may call on one, for all accounts."""
        for account_id in accounts:
            kept = tuple(standing.kept(account_id) for standing in self.standings)
            difference = self.told.get(account_id)
            self.check_rights(account_id, difference)
            self.check_obligations(account_id, difference)
            self.check_calls(account_id, kept, difference.calling if difference else ())
            if difference is None:
                one, other = ({what_it_says(it) for it in side if not isinstance(it, Sheet)} for side in kept)
                assert one == other

    def check_rights(self, account_id: str, difference: AccountDifference | None) -> None:
        before, after = (self.timeline(account_id, position) for position in self.positions)
        ended = difference.changes.ended if difference else ()
        begun = difference.changes.begun if difference else ()
        for day in {day for one in (*before, *after) for day in (one.valid_from, one.valid_until)}:
            left = covering(before, day) - covering(ended, day)
            assert set(left) | set(covering(begun, day)) == set(covering(after, day)), (account_id, day)

    def timeline(self, account_id: str, position: int) -> Sequence[Kept]:
        try:
            return timeline(self.read, account_id, position, limit=1_000_000).items
        except UnknownSubject:
            return ()

    def check_obligations(self, account_id: str, difference: AccountDifference | None) -> None:
        before, after = (self.owed(account_id, position) for position in self.positions)
        told = difference.obligations if difference else ()
        assert before - after == {owed_row(one.before) for one in told if one.before is not None}
        assert after - before == {owed_row(one.after) for one in told if one.after is not None}

    def owed(self, account_id: str, position: int) -> set[tuple[Any, ...]]:
        try:
            page = obligations(self.read, Moment(self.on, position), account_id=account_id, limit=100_000)
        except UnknownSubject:
            return set()
        return {owed_row(one) for one in page.items}

    def check_calls(self, account_id: str, kept: tuple[Sequence[Kept], ...], told: Sequence[VerdictChange]) -> None:
        rows = {(row.line, row.contract_id, who): row for row in told for who in (*row.parties, *row.any_other)}
        named = self.named(account_id)
        for line, contract_id in asked_about(kept, self.on):
            for party_id in PARTIES:
                who = party_id if party_id in named else self.kind(party_id)
                if who is None:
                    continue
                before, after = (self.verdict(account_id, party_id, one, line, contract_id) for one in self.positions)
                row = rows.get((line, contract_id, who))
                place = (account_id, self.on, line, contract_id, party_id)
                if before == after:
                    assert row is None, place
                elif party_id in named or (before and after):
                    assert row is not None, (place, before, after)
                    assert (stands(row.before), stands(row.after)) == (before, after), place

    def named(self, account_id: str) -> set[str]:
        """The parties that the account's events name, and their organisations."""
        history = [fact.event for fact in self.standings[1].history(account_id) if fact.account_id == account_id]
        said = " ".join(repr(one.data) for one in history)
        found = {one for one in PARTIES if f"'{one}'" in said}
        parties = parties_known(self.read, found, self.positions[1])
        return found | {one.member_of for name in found for _, one in parties.versions(name) if one.member_of}

    def kind(self, party_id: str) -> str | None:
        """As which of the others a party that is not named would be answered; None if it is a case of its own."""
        kinds = set()
        for position in self.positions:
            parties = parties_known(self.read, [party_id], position)
            versions = parties.versions(party_id)
            if len(versions) != 1 or versions[0][1].member_of is not None:
                return None
            kinds.add("partner" if versions[0][1].kind == "partner" else "employee")
        return kinds.pop() if len(kinds) == 1 else None

    def verdict(
        self, account_id: str, party_id: str, position: int, line: str | None, contract_id: str | None
    ) -> tuple[Any, ...] | None:
        try:
            return stands(
                calling_right(self.read, account_id, party_id, Moment(self.on, position), line, contract_id).verdict
            )
        except UnknownSubject:
            return None


def covering(kept: Iterable[Kept], day: date) -> Counter[Any]:
    """What is said of rights on a day."""
    return Counter(
        what_it_says(one) for one in kept if isinstance(one, Right) and one.valid_from <= day < one.valid_until
    )


def owed_row(owed: Any) -> tuple[Any, ...]:
    """What an obligation comes to, without its reasons."""
    one = owed.obligation
    where = (one.kind, one.party_id, one.to_party_id, one.opportunity_id, one.contract_id)
    return (*where, owed.state, owed.since, owed.due_on, one.hard)


def stands(verdict: Any) -> tuple[Any, ...] | None:
    """A verdict without its reasons."""
    if verdict is None:
        return None
    return verdict.verdict, verdict.rule, verdict.opens_on, verdict.agreement_of, verdict.contested


def asked_about(kept: tuple[Sequence[Kept], ...], on: date) -> Iterator[tuple[str | None, str | None]]:
    """The businesses that a simulation looks at: those on which something is kept from the day on."""
    yield None, None
    situations = [one for side in kept for one in side if isinstance(one, Situation) and one.valid_until > on]
    for business in sorted({one.business for one in situations}):
        kind, _, name = business.partition(":")
        contents = [one.content for one in situations if one.business == business]
        contracts = [one for one in contents if isinstance(one, ContractSituation)]
        if kind == "line":
            yield name, None
        elif kind == "contract":
            yield None, name
            lines = sorted({line for one in contracts for line in one.lines})
            if len(lines) > 1:
                yield from ((line, name) for line in lines)


def some_day(random: Random, ledger: Ledger) -> date:
    """A day on which something turns, or one beside it."""
    days = [day for row in ledger.rows("SELECT valid_from, valid_until FROM kept_rights") for day in row]
    days = [date.fromisoformat(str(day)) for day in days]
    days = [day for day in days if day < date(3000, 1, 1)] or [TODAY]
    return random.choice(days) + timedelta(days=random.choice([-1, 0, 0, 1]))


def accounts_of(ledger: Ledger) -> list[str]:
    """All accounts that have events."""
    return [row[0] for row in ledger.rows("SELECT account_id FROM accounts ORDER BY account_id")]


def check_events(ledger: Ledger, other: Ledger, posted: Posted, random: Random) -> None:
    """Simulates the later part of a history where only the earlier one is recorded, then where all of it is."""
    events = accepted(ledger, posted)
    known = random.randint(1, len(events) - 1)
    on = some_day(random, ledger)
    for one in events[:known]:
        other.record(one)
    told = differences(other, on, events=events[known:])
    Comparison(ledger, known, len(events), on, told).check(accounts_of(ledger))
    assert told == differences(ledger, on, known, events=events[known:])


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=30)
@pytest.mark.sqlite
def test_events_make_the_difference_that_recording_them_makes(
    sqlite_template: Path, posted: Posted, random: Random
) -> None:
    """Rights, obligations and verdicts, account by account; at the head and at an earlier position."""
    with fresh_sqlite(sqlite_template) as ledger, fresh_sqlite(sqlite_template) as other:
        check_events(ledger, other, posted, random)


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=10)
@pytest.mark.postgresql
def test_events_make_the_same_difference_on_postgresql(
    postgresql_server: postgresql.Server, postgresql_template: str, posted: Posted, random: Random
) -> None:
    """The same on the other database."""
    with (
        fresh_postgresql(postgresql_server, postgresql_template) as ledger,
        fresh_postgresql(postgresql_server, postgresql_template) as other,
    ):
        check_events(ledger, other, posted, random)


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=20)
@pytest.mark.sqlite
def test_leaving_events_out_is_recording_their_retraction(
    sqlite_template: Path, posted: Posted, random: Random
) -> None:
    """One, two or three events that were recorded and not taken back."""
    with fresh_sqlite(sqlite_template) as ledger:
        events = accepted(ledger, posted)
        gone = {row[0] for row in ledger.rows("SELECT event_id FROM kept_withdrawals")}
        standing = [one for one in events if one["event_id"] not in gone and one["type"] not in FOR_EVER]
        likely = [one for one in standing if one["type"] not in LEFT_OUT_SELDOM] or standing
        without = [one["event_id"] for one in random.sample(likely, min(len(likely), random.choice([1, 2, 3])))]
        on = some_day(random, ledger)
        told = differences(ledger, on, without=without)
        before = ledger.position
        ledger.record(*Supposition(without=without).as_events())
        Comparison(ledger, before, ledger.position, on, told).check(accounts_of(ledger))


@given(histories(), st.sampled_from([1, 30, 60, 120]), st.randoms(use_true_random=False))
@settings(max_examples=20)
@pytest.mark.sqlite
def test_a_figure_is_changed_for_every_account(
    sqlite_template: Path, posted: Posted, days: int, random: Random
) -> None:
    """As if it had been recorded."""
    with fresh_sqlite(sqlite_template) as ledger:
        accepted(ledger, posted)
        on = some_day(random, ledger)
        name = random.choice(["grace_days", "grace_days", "inclusion_window_days"])
        figures = [{"figure": name, "value": days, "effective_on": some_day(random, ledger).isoformat()}]
        told = differences(ledger, on, figures=figures)
        before = ledger.position
        ledger.record(*Supposition(figures=figures).as_events())
        Comparison(ledger, before, ledger.position, on, told).check(accounts_of(ledger))


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=8)
@pytest.mark.sqlite
def test_what_recording_refuses_is_refused_alike(sqlite_template: Path, posted: Posted, random: Random) -> None:
    """Each event by itself, and the rest of the history as one batch: the same error, in the same words."""
    with fresh_sqlite(sqlite_template) as ledger:
        for number, one in enumerate(posted):
            rest = posted[number : number + random.choice([1, 1, 1, 8])]
            assert outcome_of(lambda rest=rest: simulate(ledger, events=rest).events) == outcome_of(
                lambda rest=rest: ledger.record(*rest, dry_run=True).events
            )
            ledger.record_acceptable([one])


def outcome_of(attempt: Any) -> Any:
    """The events as they would be recorded, or how they are refused."""
    try:
        return [{**event_of(one), "recorded_at": None} for one in attempt()]
    except RecordingError as error:
        return type(error), str(error), getattr(error, "pointer", None), getattr(error, "rule", None)


def event_of(body: str) -> Event:
    """The event that a body says."""
    told: Event = json.loads(body)
    return told


# ---- by example -----------------------------------------------------------------------------------------------------


def beginning() -> list[Event]:
    """Two employees, a partner, and an account on which ann claims line x, live from 10 January to 30 May 2024."""
    return [
        party("ann"),
        party("bob"),
        party("resol", "partner", tier="reseller"),
        account(),
        *claim("opp-1", "ann", "x"),
    ]


def claim(opportunity: str, manager: str, line: str, account_id: str = "acme") -> list[Event]:
    """An established claim."""
    named = {"account": account_id, "opportunity_id": opportunity}
    return [
        event("opportunity_opened", **named, name=f"The {opportunity}"),
        appointment(opportunity, manager, account=account_id),
        event("engagement_recorded", **named, party_id=manager, activity="visit"),
        event("opportunity_plan_adopted", **named, plan_ref="plan"),
        event("coordination_recorded", **named, with_=[], activity="call"),
        forecast(opportunity, line, account=account_id),
    ]


def reassigned(opportunity: str, to: str, account_id: str = "acme", on: str = "2024-02-01") -> Event:
    """A reassignment by sales management."""
    return event(
        "opportunity_reassigned", on, account_id, opportunity_id=opportunity, to_party_id=to, coverage_goal="Regions",
        authorized_by="sales management",
    )  # fmt: skip


def test_a_reassignment_read_as_before_and_after(ledger: Ledger) -> None:
    """Who held the line may not call any more, who is given it may, and so may partners who were kept in the dark."""
    ledger.record(*beginning())
    found = differences(ledger, date(2024, 2, 10), events=[reassigned("opp-1", "bob")])["acme"]
    calls = {
        (row.line, row.parties): (row.before.rule, row.after.rule) for row in found.calling if row.before and row.after
    }
    assert calls == {
        ("x", ("ann",)): ("CALL-OM", "CALL-RESERVED"),
        ("x", ("bob",)): ("CALL-RESERVED", "CALL-OM"),
        ("x", ()): ("CALL-RESERVED", "CALL-UNSHARED"),  # bob was never established on the account himself
    }
    assert {row.parties: row.any_other for row in found.calling} == {("ann",): (), ("bob",): (), (): ("partner",)}
    assert {one.holder for one in found.changes.begun if hasattr(one, "holder")} >= {"bob"}


def test_nothing_is_recorded(ledger: Ledger) -> None:
    """Every row of every table is what it was, and the next event gets the next position."""
    ledger.record(*beginning())
    tables = ["events", "head", "accounts", "known_ids", "idempotency"]
    before = {name: ledger.rows(f"SELECT * FROM {name}") for name in tables}, ledger.kept()  # noqa: S608
    figures = [{"figure": "grace_days", "value": 60, "effective_on": "2024-01-01"}]
    assert differences(ledger, events=[reassigned("opp-1", "bob"), account("bolt")], figures=figures)
    assert before == ({name: ledger.rows(f"SELECT * FROM {name}") for name in tables}, ledger.kept())  # noqa: S608


@pytest.mark.sqlite
def test_the_file_stays_byte_for_byte_as_it_was(sqlite_url: str) -> None:
    """Neither the database nor its log of changes is written to."""
    with open_ledger(sqlite_url) as ledger:
        ledger.record(*beginning())
        files = [path for path in Path(ledger.store.place).parent.glob("ledger.db*") if not path.name.endswith("-shm")]
        before = {path.name: path.read_bytes() for path in files}
        assert differences(ledger, without=[event_of(ledger.store.read.page()[-1].body)["event_id"]])
        assert before == {path.name: path.read_bytes() for path in files}


def test_only_the_accounts_asked_for_are_compared(ledger: Ledger) -> None:
    """The events are tried on every account that they are about; compared are those that were named."""
    ledger.record(*beginning(), account("bolt"), *claim("opp-2", "ann", "x", "bolt"), account("calm"))
    both = [reassigned("opp-1", "bob"), reassigned("opp-2", "bob", "bolt")]
    assert set(differences(ledger, events=both)) == {"acme", "bolt"}
    assert set(differences(ledger, events=both, accounts=["bolt"])) == {"bolt"}
    compared = [one.account_id for one in simulate(ledger, events=both, accounts=["bolt", "calm"]).differences()]
    assert compared == ["bolt", "calm"]
    with pytest.raises(UnknownSubject):
        simulate(ledger, events=both, accounts=["dusk"])
    wrong = [*both, reassigned("opp-1", "bob", "bolt")]
    with pytest.raises(RecordingError):
        simulate(ledger, events=wrong, accounts=["acme"])


def test_accounts_come_in_order_from_any_place_on(ledger: Ledger) -> None:
    """All of them for a figure, those without a difference too; one that begins in the simulation is among them."""
    ledger.record(*beginning(), *(account(f"a-{number}") for number in range(5)))
    figures = [{"figure": "grace_days", "value": 30, "effective_on": "2024-01-01"}]
    simulation = simulate(ledger, figures=figures, events=[account("a-new")])
    found = list(simulation.differences())
    assert [one.account_id for one in found] == ["a-0", "a-1", "a-2", "a-3", "a-4", "a-new", "acme"]
    assert [one.account_id for one in found if one] == ["a-new", "acme"]
    assert [one.account_id for one in simulation.differences("a-3")] == ["a-4", "a-new", "acme"]


def test_an_account_that_is_not_there_yet_has_no_verdict_before(ledger: Ledger) -> None:
    """Before is none; after, everybody is answered."""
    ledger.record(party("ann"))
    found = differences(ledger, date(2024, 2, 1), events=[account(), *claim("opp-1", "ann", "x")])["acme"]
    assert all(row.before is None for row in found.calling)
    after = {
        (row.line, who): row.after.rule for row in found.calling if row.after for who in (*row.parties, *row.any_other)
    }
    assert after["x", "ann"] == "CALL-OM"
    assert after["x", "employee"] == "CALL-RESERVED"
    assert after[None, "employee"] == "CALL-BEYOND-FORECAST"


def test_a_contract_that_has_not_begun_is_decided_by_the_account(ledger: Ledger) -> None:
    """All of it will be held; until then new business in general decides, and so a change there is told."""
    parties = [party("ann"), party("bob"), party("cas"), account()]
    ledger.record(*parties, *opportunity("opp-1", "ann", "x", on="2024-02-01"), award("opp-1", "c-1", "x"))
    other = [str(event_of(one)["event_id"]) for one in ledger.record(*opportunity("opp-2", "bob", "y")).events]
    found = differences(ledger, date(2024, 1, 20), without=other)["acme"]
    assert {row.before.rule for row in found.calling if row.before and row.contract_id == "c-1"} == {
        row.before.rule for row in found.calling if row.before and (row.line, row.contract_id) == (None, None)
    }
    assert any(row.contract_id == "c-1" for row in found.calling)
    receipt = ledger.record(*Supposition(without=other).as_events())
    Comparison(ledger, receipt.position - len(other), receipt.position, date(2024, 1, 20), {"acme": found}).check(
        ["acme"]
    )


def test_reasons_alone_make_no_difference(ledger: Ledger) -> None:
    """The same forecast under another event changes nothing that anybody holds, owes or may do."""
    receipt = ledger.record(*beginning())
    old = event_of(receipt.events[-1])["event_id"]
    assert differences(ledger, events=[{**forecast("opp-1", "x"), "corrects": old}]) == {}


@pytest.mark.parametrize(
    ("supposed", "pointer"),
    [
        ({"without": ["x"]}, "/without/0"),
        ({"without": ["018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"]}, "/without/0"),
        (
            {"figures": [{"figure": "grace_days", "value": 60}, {"figure": "gracious_days", "value": 60}]},
            "/figures/1/figure",
        ),
        ({"figures": [{"figure": "grace_days", "value": -1}]}, "/figures/0/value"),
        ({"figures": [{"figure": "grace_days", "value": 4_000}]}, "/figures/0/value"),
        ({"figures": [{"figure": "grace_days", "value": 60, "effective_on": "soon"}]}, "/figures/0/effective_on"),
        ({"figures": [{"figure": "grace_days", "value": 60, "until": "soon"}]}, "/figures/0/until"),
        ({"figures": [{"figure": "grace_days", "value": 60}], "events": [{"type": "x"}]}, "/events/0/type"),
        ({"figures": [{"figure": "grace_days", "value": 60}], "events": [account("acme")]}, "/events/0/account_id"),
    ],
)
def test_what_can_not_be_supposed_is_told_at_its_place(ledger: Ledger, supposed: dict[str, Any], pointer: str) -> None:
    """In the lists as they were given, not in the batch that they would become."""
    ledger.record(account())
    with pytest.raises(RecordingError) as refused:
        simulate(ledger, **supposed)
    error: Any = refused.value
    places = getattr(error, "problems", None) or getattr(error, "references", None) or [error]
    assert [one.pointer for one in places] == [pointer]


def test_something_must_be_supposed(ledger: Ledger) -> None:
    """An empty supposition, or one of more than 10,000 events, is refused."""
    for number in (0, 10_001):
        with pytest.raises(MalformedEvents):
            simulate(ledger, events=[party("ann")] * number)
