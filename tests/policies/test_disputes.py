"""Disputes: how one stands on a day, what it is about, by when it is due, and what is refused at which place."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.disputes import Subject
from policies.disputes import STATES, Dispute, due, held, is_about, opposed, read_disputes
from policies.figures import Figures
from policies.kept import Right
from policies.parties import Parties
from policies.refusals import Refused
from tests.policies.memory import MemoryLedger
from tests.scenarios.telling import history, refusal, stage, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31"
WON = "2026-02-01 opp-1 awarded rack on c-1"
OPENED = "2026-02-10 dispute d-1 opened by north on opp-1"


def dispute(*lines: str) -> Dispute:
    """The dispute d-1 of these facts, on all days."""
    return read_disputes(history(*lines))["acme", "d-1"]


def right(kind: str = "opportunity_manager", **more: Any) -> Right:
    """A right on acme; jane's on gtx-pro in opp-1 unless something else is said."""
    given_: dict[str, Any] = {
        "holder": "jane",
        "opportunity_id": "opp-1",
        "line": "gtx-pro",
        "status": "active",
        **more,
    }
    return Right(kind, account_id="acme", valid_from=date(2026, 1, 1), valid_until=date.max, **given_)


def test_a_dispute_step_by_step() -> None:
    """Open, answered, ruled; before its opening there is none; evidence leaves it as it is."""
    found = dispute(
        JANE,
        OPENED,
        "2026-02-12 north gives evidence in d-1",
        "2026-02-14 jane answers d-1",
        "2026-02-20 dispute d-1 ruled",
    )
    days = [date(2026, 2, day) for day in (9, 10, 13, 14, 19, 20, 28)]
    standing = [found.on(day) for day in days]
    assert [one and one.state for one in standing] == [None, "open", "open", "answered", "answered", "ruled", "ruled"]
    assert [len(one.facts) for one in standing if one is not None] == [1, 2, 3, 3, 4, 4]
    assert [fact.type for fact in found.facts] == [
        "dispute_opened",
        "dispute_evidence_submitted",
        "dispute_answered",
        "dispute_ruled",
    ]
    assert (found.dispute_id, found.account_id, found.opened_by) == ("d-1", "acme", "north")


def test_what_was_taken_back_says_nothing() -> None:
    """Without its opening there is no dispute, whatever else names it."""
    telling = told(JANE, OPENED + " [opening]", "2026-02-14 jane answers d-1 [no]")
    telling.tell("2026-02-15 [no] retracted")
    before = telling.ledger.dispute("acme", "d-1", date(2026, 2, 20))
    assert before is not None
    assert before.state == "open"
    telling.tell("2026-02-15 [opening] retracted")
    assert telling.ledger.dispute("acme", "d-1", date(2026, 2, 20)) is None


def test_a_day_past_all_days_is_never_overdue() -> None:
    """Sums stop at the end of all days."""
    late = dispute(JANE, "9999-12-25 dispute d-1 opened by jane on opp-1")
    when = due(late, Figures(), date.max)
    assert (when.answer_on, when.ruling_on) == (date.max, date.max)
    assert (when.answer_overdue, when.ruling_overdue) == (False, False)


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ({}, "claim other contract mam share"),
        ({"opportunity_id": "opp-1"}, "claim contract share"),
        ({"opportunity_id": "opp-1", "line": "gtx-pro"}, "claim share"),
        ({"line": "gtx-pro"}, "claim other"),
        ({"contract_id": "c-1"}, "contract"),
        ({"contract_id": "c-1", "line": "rack"}, "contract"),
        ({"contract_id": "c-1", "line": "gtx-pro"}, ""),
        ({"opportunity_id": "opp-2", "contract_id": "c-1"}, ""),
    ],
)
def test_which_rights_a_dispute_is_about(subject: dict[str, str], about: str) -> None:
    """The account's, the opportunity's, the line's or the contract's."""
    rights = {
        "claim": right(),
        "other": right(holder="omar", opportunity_id="opp-2"),
        "contract": right(line="rack", status="won", contract_id="c-1"),
        "mam": right("major_account_manager", holder="mary", opportunity_id=None, line=None),
        "share": right("teaming", line=None),
    }
    assert [name for name, one in rights.items() if is_about(Subject(**subject), one)] == about.split()


def test_what_is_held_of_it() -> None:
    """The weightiest first; what is over is not held; on the whole account whoever is in charge comes first."""
    claims = [right(status=status) for status in ("lapsed", "queued", "incomplete", "won", "in_grace", "active")]
    mam = right("major_account_manager", holder="mary", opportunity_id=None, line=None)
    grown = right("growth", holder="omar", opportunity_id=None, line=None)
    found = held(Subject(line="gtx-pro"), [*claims, grown, mam])
    assert [one.status for one in found] == ["active", "in_grace", "won", "incomplete", "queued"]
    assert held(Subject(), [*claims, grown, mam]) == [mam, grown, *found]


def test_against_whom_it_is() -> None:
    """Whoever holds it, once each; not the opener, nor somebody who acts as the opener."""
    parties = told("2026-02-01 sven registered as contact of north").ledger.world.parties
    rights = [right(holder=holder) for holder in ("jane", "sven", "north", "omar", "jane")]
    assert opposed(dispute(JANE, OPENED), rights, parties, date(2026, 2, 10)) == ("jane", "omar")
    assert opposed(dispute(JANE, OPENED), rights, Parties(), date(2026, 2, 10)) == ("jane", "sven", "omar")


@pytest.mark.parametrize(
    ("lines", "pointer", "says"),
    [
        ([JANE, "2026-01-09 dispute d-1 opened by north on opp-1"], "/data/opened_by", "does not concern north"),
        ([JANE, "2026-02-10 dispute d-1 opened by north on line support"], "/data/subject/line", "no line 'support'"),
        (
            [JANE, WON, "2026-02-10 dispute d-1 opened by north on contract c-1 line gtx-pro"],
            "/data/subject/line",
            "there",
        ),
        ([JANE, OPENED, "2026-02-11 nora answers d-1"], "/data/party_id", "another party than the one that opened"),
        ([JANE, OPENED, "2026-02-09 jane answers d-1"], "/effective_on", "opened on 2026-02-10"),
        ([JANE, OPENED, "2026-02-09 dispute d-1 withdrawn"], "/effective_on", "opened on 2026-02-10"),
        (
            [JANE, OPENED, "2026-02-15 jane answers d-1", "2026-02-14 dispute d-1 ruled"],
            "/effective_on",
            "end the dispute on 2026-02-14",
        ),
        ([JANE, OPENED, "2026-02-20 dispute d-1 ruled", "2026-02-21 jane answers d-1"], "/data/dispute_id", "ruled on"),
        (
            [JANE, OPENED, "2026-02-20 dispute d-1 withdrawn", "2026-02-20 dispute d-1 withdrawn"],
            "/data/dispute_id",
            "withdrawn on 2026-02-20",
        ),
        ([JANE, OPENED, "2026-02-20 dispute d-1 ruled shared by SHARE-ALIKE"], "/data/rules/0", "does not know"),
        (
            [
                JANE,
                OPENED + " [one]",
                "2026-02-14 jane answers d-1",
                "2026-02-15 instead of [one], dispute d-1 opened by north on opp-1",
            ],
            "/effective_on",
            "opened on 2026-02-15",
        ),
        (
            [
                JANE,
                OPENED + " [one]",
                "2026-02-14 jane answers d-1",
                "2026-02-10 instead of [one], dispute d-1 opened by jane on opp-1",
            ],
            "/data/opened_by",
            "another party",
        ),
    ],
)
def test_what_is_refused_where(lines: list[str], pointer: str, says: str) -> None:
    """At the field that is wrong, in a sentence, and without a rule id."""
    refused = refusal(*lines)
    assert (refused.rule, refused.pointer) == (None, pointer)
    assert says in refused.detail


def test_a_contract_is_looked_for_in_the_opportunity_named_with_it() -> None:
    """The subject as a whole has to be there."""
    ledger = told(JANE, WON, "2026-01-20 omar establishes opp-2 on support expected 2026-06-30").ledger
    subject = {"opportunity_id": "opp-2", "contract_id": "c-1"}
    data = {"dispute_id": "d-1", "opened_by": "north", "subject": subject, "claim": "Ours."}
    sent = {"type": "dispute_opened", "account_id": "acme", "effective_on": "2026-02-10", "data": data}
    with pytest.raises(Refused) as refused:
        ledger.record(sent)
    assert (refused.value.pointer, refused.value.unknown) == ("/data/subject/contract_id", True)


STEPS = (
    "north gives evidence in d-1",
    "jane gives evidence in d-1",
    "jane answers d-1",
    "nora answers d-1",
    "dispute d-1 ruled",
    "dispute d-1 withdrawn",
)


@given(
    steps=st.lists(st.tuples(st.integers(min_value=5, max_value=20), st.sampled_from(STEPS)), max_size=8),
    day=st.integers(min_value=1, max_value=28),
)
def test_whatever_is_told_a_dispute_ends_once_and_nothing_comes_after(steps: list[tuple[int, str]], day: int) -> None:
    """At most one ending, nothing dated before the opening or after the end; and what was known stays as it was."""
    telling = told(JANE, OPENED)
    known: list[tuple[int, Any]] = []
    on = date(2026, 2, day)
    for number, step in steps:
        telling.tell(f"2026-02-{number:02} {step}")
        found = telling.ledger.dispute("acme", "d-1", on)
        known.append((telling.ledger.log[-1].position, found and (found.state, len(found.facts))))
    facts = telling.ledger.account("acme").facts.of_dispute("d-1")
    endings = [fact for fact in facts if fact.type in {"dispute_ruled", "dispute_withdrawn"}]
    assert len(endings) <= 1
    assert facts[0].type == "dispute_opened"
    assert endings in ([], facts[-1:])
    for position, standing in known:
        then = telling.ledger.known_at(position).dispute("acme", "d-1", on)
        assert (then and (then.state, len(then.facts))) == standing
    assert read_disputes(facts)["acme", "d-1"].state in STATES


def test_disputes_of_two_accounts_are_two() -> None:
    """The same id on another account names another dispute."""
    ledger = MemoryLedger()
    for raw in stage():
        ledger.record(raw)
    facts = history(JANE, OPENED)
    opening = facts[-1]
    elsewhere = type(opening)(
        99, opening.recorded_at, "test", "other", opening.event.model_copy(update={"account_id": "beta"})
    )
    assert sorted(read_disputes([*facts, elsewhere])) == [("acme", "d-1"), ("beta", "d-1")]
