"""Leads as they are listed, shown and counted, and as they are judged when they are recorded, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from projections import leads as kept
from projections.asking import Moment
from projections.lead_queries import FACTS
from projections.leads import Wanted, lead_report, lead_sheet
from projections.problems import InvalidCursor, RuleRefused, UnknownReferences, UnknownSubject
from projections.simulation.simulating import Simulation
from projections.simulation.supposing import Supposition
from projections.verifying import verify
from tests.projections.facts import account, event, identified, retraction, stage
from tests.projections.ledgers import Event, Ledger, open_ledger

LATER = date(2024, 3, 10)


def step(kind: str, on: str = "2024-01-10", name: str = "lead-1", at: str | None = None, **data: Any) -> Event:
    """A fact on a lead, on no account unless one is named."""
    return event(f"lead_{kind}", on, at, lead_id=name, **data)


def opened(name: str = "opp-1", on: str = "2024-02-01", at: str = "acme", **data: Any) -> Event:
    """An opportunity is opened."""
    return event("opportunity_opened", on, at, opportunity_id=name, name=name, **data)


def converted(on: str = "2024-02-01", name: str = "lead-1", into: str = "opp-1", at: str = "acme") -> Event:
    """A lead is converted."""
    return event("lead_converted", on, at, lead_id=name, opportunity_id=into)


def listed(ledger: Ledger, on: date = LATER, position: int | None = None, **wanted: Any) -> list[tuple[str, str]]:
    """The leads of a day with their states, walked two at a time."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        page = kept.leads(ledger.store.read, ledger.at(on, position), Wanted(**wanted), after=after, limit=2)
        found += [(one.lead_id, one.state) for one in page.items]
        if page.next is None:
            return found
        after = page.next


def merged(on: str, into: str, at: str = "acme") -> Event:
    """An account is taken in by another."""
    return event("account_identity_changed", on, at, merged_into=into, reason="One company.")


def test_the_leads_of_a_merged_account_are_found_by_the_one_that_took_it_in(ledger: Ledger) -> None:
    """On the days from the merger on, as far as it was known; and through accounts taken in between."""
    ledger.record(*stage(), account("verne"), account("whole"))
    ledger.record(
        step("captured", at="acme"), step("captured", name="lead-2"), step("captured", name="lead-3", at="verne")
    )
    ledger.record(step("qualified", name="lead-2"), opened(), converted(name="lead-2"))
    known = ledger.position
    ledger.record(identified(9, merged("2024-03-01", "verne")))
    own, all_three = [("lead-3", "captured")], [("lead-1", "captured"), ("lead-2", "converted"), ("lead-3", "captured")]
    assert listed(ledger, date(2024, 2, 29), account_id="verne") == own
    assert listed(ledger, date(2024, 3, 1), account_id="verne") == all_three
    assert listed(ledger, date(2024, 3, 1), known, account_id="verne") == own
    assert listed(ledger, date(2024, 3, 1), account_id="acme") == all_three[:2]
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER)).account_id == "acme"

    ledger.record(merged("2024-03-05", "whole", at="verne"))
    assert listed(ledger, date(2024, 3, 4), account_id="whole") == []
    assert listed(ledger, date(2024, 3, 5), account_id="whole") == all_three
    ledger.record(retraction(identified(9, {})["event_id"]))
    assert listed(ledger, date(2024, 3, 5), account_id="whole") == own


def test_a_lead_goes_on_with_the_account_that_took_its_own_in(ledger: Ledger) -> None:
    """Merged and worked in one batch, converted in the next; once the merger is taken back, not any more."""
    ledger.record(*stage(), account("verne"), step("captured", at="acme"), step("qualified"))
    worked = step("worked", "2024-03-01", at="verne", party_id="jane", activity="call")
    with pytest.raises(RuleRefused):
        ledger.record(worked)
    with pytest.raises(RuleRefused):
        ledger.record(merged("2024-03-02", "verne"), worked)
    ledger.record(identified(9, merged("2024-03-01", "verne")), worked)
    ledger.record(opened("opp-1", "2024-03-02", "verne"), converted("2024-03-02", at="verne"))
    found = lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER))
    assert (found.state, found.opportunity_id, found.account_id) == ("converted", "opp-1", "acme")
    assert listed(ledger, account_id="verne") == [("lead-1", "converted")]
    again = step("responded", "2024-03-03", at="verne")
    with pytest.raises(RuleRefused):
        ledger.record(retraction(identified(9, {})["event_id"]), again)
    ledger.record(again)
    assert verify(ledger.store) is None


def test_leads_are_listed_as_recorded_and_by_what_is_asked(ledger: Ledger) -> None:
    """All, by state, by who is responsible, by source, by campaign, on an account; page by page, on any day."""
    ledger.record(*stage())
    ledger.record(step("captured", name="lead-1", source="fair", captured_by="jane"))
    ledger.record(step("responded", "2024-01-05", "lead-2", campaign="spring"))
    ledger.record(step("captured", name="lead-3", at="acme"), step("captured", "2024-03-11", "lead-4"))
    ledger.record(step("responded", "2024-01-12", "lead-1", campaign="spring"), step("qualified", name="lead-3"))
    ledger.record(step("assigned", "2024-01-13", "lead-2", party_id="jane"))
    ledger.record(step("disqualified", "2024-02-01", "lead-2", reason="No."))
    everything = [("lead-1", "responded"), ("lead-2", "disqualified"), ("lead-3", "qualified")]
    assert listed(ledger) == everything
    assert listed(ledger, date(2024, 1, 5)) == [("lead-2", "responded")]
    assert listed(ledger, date(2024, 3, 11)) == [*everything, ("lead-4", "captured")]
    assert listed(ledger, position=4) == [("lead-1", "captured")]
    assert listed(ledger, state="qualified") == [everything[2]]
    assert listed(ledger, responsible="jane") == everything[:2]
    assert listed(ledger, source="fair") == [everything[0]]
    assert listed(ledger, campaign="spring") == everything[:2]
    assert listed(ledger, account_id="acme") == [everything[2]]
    assert listed(ledger, state="worked") == []


def test_a_long_list_is_walked_wholly(ledger: Ledger) -> None:
    """Of both kinds of beginnings, more than are looked through at once; each lead stands once, at its first event."""
    ledger.record(*stage())
    names = [f"lead-{number}" for number in range(kept.AT_ONCE + 60)]
    kinds = ["responded" if number % 5 == 0 else "captured" for number in range(len(names))]
    ledger.record(*(step(kind, name=name) for kind, name in zip(kinds, names, strict=True)))
    ledger.record(*(step("captured", name=name) for name in names[::3]))
    found: list[str] = []
    after = None
    while True:
        page = kept.leads(ledger.store.read, ledger.at(LATER), after=after, limit=100)
        found += [one.lead_id for one in page.items]
        if page.next is None:
            break
        after = page.next
    assert found == names


def test_what_can_not_be_answered(ledger: Ledger) -> None:
    """A lead not there yet, or not known; a party or an account that nobody knows; somebody else's cursor."""
    ledger.record(*stage(), step("captured"))
    read = ledger.store.read
    for name, on, position in (("lead-1", date(2024, 1, 9), None), ("lead-1", LATER, 3), ("lead-2", LATER, None)):
        with pytest.raises(UnknownSubject):
            lead_sheet(read, name, ledger.at(on, position))
    for wanted in (Wanted(account_id="nowhere"), Wanted(responsible="nobody")):
        with pytest.raises(UnknownSubject):
            kept.leads(read, ledger.at(LATER), wanted)
    for cursor in ("x", "[]", '["1"]', "{}"):
        with pytest.raises(InvalidCursor):
            kept.leads(read, ledger.at(LATER), after=cursor)


def test_one_batch_from_capture_to_conversion(ledger: Ledger) -> None:
    """On an account that is opened in the same batch; as known before, there is no such lead."""
    ledger.record(*stage())
    before = ledger.position
    ledger.record(
        step("captured", captured_by="jane"),
        step("qualified", "2024-01-20", criteria=["budget"]),
        account("new"),
        opened(at="new", lead_id="lead-1"),
        converted(at="new"),
    )
    found = lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER))
    assert (found.state, found.account_id, found.opportunity_id) == ("converted", "new", "opp-1")
    assert listed(ledger, position=before) == []
    assert verify(ledger.store) is None


def test_a_batch_that_is_refused_leaves_nothing(ledger: Ledger) -> None:
    """The facts of a lead taken in before the refusal are forgotten: the next batch is judged without them."""
    ledger.record(*stage(), step("captured"))
    with pytest.raises(RuleRefused) as refused:
        ledger.record(step("qualified"), opened(), converted(), converted("2024-02-02"))
    assert (refused.value.rule, refused.value.pointer) == ("LEAD", "/events/3/data/lead_id")
    with pytest.raises(RuleRefused):
        ledger.record(opened(), converted())
    with pytest.raises(UnknownReferences):
        ledger.record(step("qualified"), converted())
    assert listed(ledger) == [("lead-1", "captured")]


def test_what_is_named_must_be_known(ledger: Ledger) -> None:
    """The lead, the party, and the opportunity on the account of the event."""
    ledger.record(*stage(), account("bolt"), step("captured"), step("qualified"), opened())
    for wrong in (
        step("worked", name="lead-9", party_id="jane", activity="call"),
        step("assigned", party_id="nobody"),
        converted(into="opp-9"),
        converted(at="bolt"),
    ):
        with pytest.raises(UnknownReferences):
            ledger.record(wrong)
    ledger.record(converted())


def test_taken_back_and_corrected(ledger: Ledger) -> None:
    """On no account as on one: as known from then on the lead is as if the event had not been."""
    ledger.record(*stage(), identified(1, step("captured")), identified(2, step("qualified")), opened())
    ledger.record(identified(3, converted()))
    at_first = ledger.position
    ledger.record(retraction(identified(2, {})["event_id"]))
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER)).state == "converted"
    ledger.record(retraction(identified(3, {})["event_id"]))
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER)).state == "captured"
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER, at_first)).state == "converted"
    with pytest.raises(RuleRefused):
        ledger.record(converted())
    ledger.record(step("disqualified", reason="No.") | {"event_id": identified(4, {})["event_id"]})
    ledger.record(step("qualified") | {"corrects": identified(4, {})["event_id"]}, converted())
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER)).state == "converted"
    ledger.record(step("captured", name="lead-2") | {"corrects": identified(1, {})["event_id"]})
    assert listed(ledger) == [("lead-2", "captured")]
    assert verify(ledger.store) is None


def test_a_correction_is_judged_without_what_it_corrects(ledger: Ledger) -> None:
    """A conversion on another day stands in the place of the first."""
    ledger.record(*stage(), step("captured"), step("qualified", "2024-01-20"), opened(), identified(1, converted()))
    with pytest.raises(RuleRefused):
        ledger.record(converted("2024-01-19") | {"corrects": identified(1, {})["event_id"]})
    ledger.record(converted("2024-02-05") | {"corrects": identified(1, {})["event_id"]})
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(date(2024, 2, 4))).state == "qualified"
    assert lead_sheet(ledger.store.read, "lead-1", ledger.at(LATER)).state == "converted"


def test_what_if_judges_leads_too(ledger: Ledger) -> None:
    """A simulation refuses what a recording would, also after what it leaves out."""
    ledger.record(*stage(), step("captured"), identified(1, step("qualified")), opened())
    qualified = identified(1, {})["event_id"]
    moment = ledger.at(LATER)

    def tried(*events: Event, without: tuple[str, ...] = ()) -> None:
        supposed = Supposition(events, without)
        list(Simulation(ledger.store.read, supposed, moment, today=LATER, actor="tester").differences())

    tried(converted())
    with pytest.raises(RuleRefused) as refused:
        tried(converted(), converted())
    assert refused.value.pointer == "/events/1/data/lead_id"
    with pytest.raises(RuleRefused):
        tried(converted(), without=(qualified,))
    with pytest.raises(RuleRefused):
        tried(converted(), step("worked", "2024-02-02", party_id="jane", activity="call"))


def test_figures_of_the_leads_that_began_in_a_time(ledger: Ledger) -> None:
    """By the day on which the first is known of them; as they stand on the day asked about."""
    ledger.record(*stage(), step("captured", "2024-01-10", source="fair"), step("responded", "2024-01-20", "lead-2"))
    ledger.record(step("qualified", "2024-02-01"), opened(), converted("2024-02-05"))
    read = ledger.store.read

    def counted(since: date | None, until: date | None, on: date = LATER) -> tuple[int, int, str | None]:
        found = lead_report(read, Moment(on, ledger.position), since, until).all
        return found.captured, found.converted, found.conversion_rate

    assert counted(None, None) == (2, 1, "50.00")
    assert counted(date(2024, 1, 10), date(2024, 1, 20)) == (1, 1, "100.00")
    assert counted(date(2024, 1, 11), None) == (1, 0, "0.00")
    assert counted(None, None, date(2024, 2, 4)) == (2, 0, "0.00")
    assert counted(date(2024, 5, 1), None) == (0, 0, None)


def test_a_lead_is_converted_by_one_of_many_that_try(database_url: str) -> None:
    """Several recorders, each as in a process of its own, on accounts of their own: the lead is the lock they share."""
    accounts = [f"account-{number}" for number in range(6)]
    turns = 4
    with open_ledger(database_url) as first, ThreadPoolExecutor(len(accounts)) as threads:
        first.record(*stage(), *map(account, accounts))
        names = [f"lead-{turn}" for turn in range(turns)]
        for name in names:
            first.record(step("captured", name=name), step("qualified", name=name))
        first.record(*(opened(f"{name}-{at}", at=at) for name in names for at in accounts))
        together = threading.Barrier(len(accounts))

        def try_all(at: str) -> list[str]:
            with open_ledger(database_url) as own:
                done = []
                for name in names:
                    together.wait(30)
                    try:
                        own.record(converted(name=name, into=f"{name}-{at}", at=at))
                    except RuleRefused:
                        continue
                    done.append(name)
                return done

        won = [name for done in threads.map(try_all, accounts) for name in done]
        assert sorted(won) == names
        assert verify(first.store) is None


def test_a_list_of_many_leads_is_one_batch(ledger: Ledger) -> None:
    """More than are locked one by one."""
    ledger.record(*stage())
    ledger.record(*(step("captured", name=f"lead-{number}") for number in range(400)))
    ledger.record(*(step("qualified", name=f"lead-{number}") for number in range(400)))
    assert lead_report(ledger.store.read, ledger.at(LATER), None, None).all.qualified == 400


def test_the_facts_of_a_lead_are_found_by_an_index(ledger: Ledger) -> None:
    """Whatever else is in the ledger, and whichever database asks."""
    sql = FACTS.sql(ledger.store.read.dialect)
    wanted: Any = {"lead_ids": ["lead-1"], "at": 5}
    with ledger.store.read.connection() as connection:
        if connection.dialect.name == "sqlite":
            told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ('["lead-1"]', 5, 5)).all()
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            told = connection.exec_driver_sql(f"EXPLAIN {sql}", wanted).all()
    assert "ix_events_lead" in str(told)
