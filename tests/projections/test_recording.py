"""Recording: what is taken in, what is refused, and that what is refused leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from projections.problems import (
    AlreadyExists,
    AlreadyWithdrawn,
    EventIdReused,
    IdempotencyKeyReused,
    MalformedEvents,
    NotAllowed,
    PositionConflict,
    RecorderClosed,
    RecordingError,
    RuleRefused,
    UnknownReferences,
)
from projections.recording import SCHEDULER, Submission
from projections.rights import rights_of_account
from projections.verifying import verify
from tests.projections.facts import (
    account,
    appointment,
    award,
    event,
    forecast,
    grace,
    identified,
    opportunity,
    party,
    retraction,
    stage,
)
from tests.projections.ledgers import TODAY, Ledger


def statuses(ledger: Ledger, on: str = "2024-01-20", position: int | None = None) -> list[tuple[Any, ...]]:
    """Who holds what on the account, in short."""
    at = ledger.at(TODAY.fromisoformat(on), position)
    return [(one.holder, one.line, one.status) for one in rights_of_account(ledger.store.read, "acme", at).items]


def test_a_batch_is_recorded_in_order(ledger: Ledger) -> None:
    """Positions follow each other; the receipt holds the events as stored, with the position of the last."""
    receipt = ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))

    told = [json.loads(body) for body in receipt.events]
    assert [one["position"] for one in told] == list(range(1, 10))
    assert (receipt.position, receipt.replayed) == (9, False)
    assert [one["type"] for one in told[:3]] == ["party_registered", "party_registered", "account_opened"]
    assert [stored.body for stored in ledger.store.read.page()] == list(receipt.events)
    assert statuses(ledger) == [("jane", "x", "active")]


def test_an_event_without_a_date_is_of_today(ledger: Ledger) -> None:
    """The business date of the recording stands in for an absent effective date."""
    receipt = ledger.record(event("party_registered", None, None, party_id="jane", name="Jane", kind="employee"))

    assert json.loads(receipt.events[0])["effective_on"] == TODAY.isoformat()


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_batch_holds_1_to_10000_events(ledger: Ledger, count: int) -> None:
    """Fewer or more are refused as malformed."""
    with pytest.raises(MalformedEvents) as refused:
        ledger.record(*[account()] * count)

    assert refused.value.problems[0].pointer == "/events"


@pytest.mark.parametrize(
    ("wrong", "error", "pointer"),
    [
        ({"type": "no_such_type", "data": {}}, MalformedEvents, "/events/499/type"),
        ({**account("bolt"), "colour": "red"}, MalformedEvents, "/events/499/colour"),
        (forecast("opp-1", "x", on="2024-02-31"), MalformedEvents, "/events/499/effective_on"),
        (forecast("opp-9", "x"), UnknownReferences, "/events/499/data/opportunity_id"),
        (forecast("opp-1", "x", account="bolt"), UnknownReferences, "/events/499/account_id"),
        (appointment("opp-1", "nobody"), UnknownReferences, "/events/499/data/party_id"),
        (appointment("opp-1", "mary"), RuleRefused, "/events/499"),
        (account(), AlreadyExists, "/events/499/account_id"),
    ],
)
def test_when_the_500th_event_is_wrong_nothing_is_recorded(
    ledger: Ledger, wrong: dict[str, Any], error: type[Exception], pointer: str
) -> None:
    """Nothing of the batch is there afterwards, the error names the place, and the next batch goes through."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    before = (ledger.position, ledger.kept(), ledger.rows("SELECT * FROM known_ids"))
    right = [*(party(f"newcomer-{number}") for number in range(448)), *[forecast("opp-1", "x", on="2024-01-11")] * 50]

    with pytest.raises(error) as refused:
        ledger.record(party("newcomer"), *right, wrong, event("account_elevated"))

    assert pointer in " ".join(places(refused.value))
    assert (ledger.position, ledger.kept(), ledger.rows("SELECT * FROM known_ids")) == before
    ledger.record(party("newcomer"), *right)
    assert verify(ledger.store) is None


def places(error: Exception) -> list[str]:
    """The pointers that an error tells."""
    if isinstance(error, MalformedEvents | RuleRefused):
        return [problem.pointer for problem in error.problems]
    if isinstance(error, UnknownReferences):
        return [reference.pointer for reference in error.references]
    return [str(getattr(error, "pointer", ""))]


def test_a_rule_that_refuses_is_named(ledger: Ledger) -> None:
    """A second manager is refused by OM-ONE, a forecast without lines by OM-TIMED."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))

    with pytest.raises(RuleRefused) as second:
        ledger.record(appointment("opp-1", "mary"))
    with pytest.raises(MalformedEvents) as endless:
        ledger.record(forecast("opp-1"))
    with pytest.raises(RuleRefused) as unskilled:
        ledger.record(
            {**appointment("opp-1", "mary"), "data": {**appointment("opp-1", "mary")["data"], "skills": False}}
        )

    assert second.value.rule == "OM-ONE"
    assert endless.value.problems[0].rule == "OM-TIMED"
    assert unskilled.value.rule == "OM-QUALIFIED"


def test_an_event_that_is_sent_again_is_recorded_once(ledger: Ledger) -> None:
    """The same id with the same content is answered as before; with other content it is refused."""
    sent = [identified(number, one) for number, one in enumerate(stage(), 1)]
    first = ledger.record(*sent)
    again = ledger.record(*sent)

    assert (again.events, again.position, again.replayed) == (first.events, first.position, True)
    assert ledger.position == 3
    with pytest.raises(EventIdReused) as refused:
        ledger.record(identified(3, account("bolt")))
    assert refused.value.pointer == "/events/0/event_id"


def test_an_interrupted_import_is_finished_by_sending_it_again(ledger: Ledger) -> None:
    """What is there already is answered as before, what is missing is recorded, in the order sent."""
    sent = [identified(number, one) for number, one in enumerate([*stage(), *opportunity("o", "jane", "x")], 1)]
    ledger.record(*sent[:4])
    receipt = ledger.record(*sent)

    assert [json.loads(body)["position"] for body in receipt.events] == list(range(1, 10))
    assert (receipt.replayed, ledger.position) == (False, 9)


def test_an_event_without_a_date_may_be_sent_again_on_another_day(ledger: Ledger) -> None:
    """The date that was filled in is not held against its sender."""
    sent = identified(1, event("party_registered", None, None, party_id="jane", name="Jane", kind="employee"))
    first = ledger.record({**sent, "effective_on": "2024-05-01"})

    assert ledger.record(sent).events == first.events


def test_one_id_twice_in_a_batch(ledger: Ledger) -> None:
    """With the same content it is one event; with other content the batch is refused."""
    receipt = ledger.record(identified(1, party("jane")), identified(1, party("jane")))
    assert (len(set(receipt.events)), ledger.position) == (1, 1)

    with pytest.raises(EventIdReused):
        ledger.record(identified(2, party("mary")), identified(2, party("paul")))


def test_an_idempotency_key_gives_the_same_answer(ledger: Ledger) -> None:
    """The same request under the same key is recorded once; another request under it is refused."""
    first = ledger.record(*stage(), idempotency_key="import-1")
    again = ledger.record(*stage(), idempotency_key="import-1")

    assert (again.events, again.position, again.replayed) == (first.events, first.position, True)
    assert ledger.position == 3
    with pytest.raises(IdempotencyKeyReused):
        ledger.record(party("paul"), idempotency_key="import-1")
    with pytest.raises(IdempotencyKeyReused):
        ledger.record(*stage(), idempotency_key="import-1", request_hash=b"x" * 32)


def test_a_refused_request_does_not_use_up_its_key(ledger: Ledger) -> None:
    """Once what it names is known, the same request under the same key goes through."""
    with pytest.raises(UnknownReferences):
        ledger.record(event("account_elevated"), idempotency_key="once")
    ledger.record(account())

    assert ledger.record(event("account_elevated"), idempotency_key="once").position == 2


def test_expected_position_refuses_what_was_overtaken(ledger: Ledger) -> None:
    """An account with an event past the position is a conflict; other accounts don't matter; nor does a later one."""
    ledger.record(*stage())
    ledger.record(account("bolt"))

    with pytest.raises(PositionConflict) as refused:
        ledger.record(event("account_elevated"), expected_position={"acme": 2})
    assert (refused.value.account_id, refused.value.expected, refused.value.actual) == ("acme", 2, 3)
    ledger.record(event("account_elevated"), expected_position={"acme": 3, "nowhere": 0})
    ledger.record(event("account_elevated"), expected_position={"acme": 99})


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        ("agreement", event("revenue_share_accepted", agreement_id="share-1", party_id="jane")),
        ("contract", event("contract_ended", contract_id="contract-1", reason="over")),
        ("opportunity", event("opportunity_abandoned", opportunity_id="opp-1", reason="over")),
        ("dispute", event("dispute_withdrawn", dispute_id="dispute-1", reason="over")),
    ],
)
def test_what_belongs_to_another_account_is_unknown(ledger: Ledger, known: str, wrong: dict[str, Any]) -> None:
    """An opportunity, agreement, contract or dispute can only be named on its own account."""
    shares = [{"party_id": "jane", "percent": "100"}]
    ledger.record(*stage(), account("bolt"), *opportunity("opp-1", "jane", "x"), award("opp-1", "contract-1", "x"))
    ledger.record(
        event(
            "revenue_share_proposed",
            opportunity_id="opp-1",
            agreement_id="share-1",
            proposed_by="jane",
            shares=shares,
            from_="2024-01-01",
        ),
        event("dispute_opened", dispute_id="dispute-1", opened_by="mary", subject={}, claim="mine"),
    )

    with pytest.raises(UnknownReferences) as refused:
        ledger.record({**wrong, "account_id": "bolt"})
    assert [one.kind for one in refused.value.references] == [known]
    ledger.record(wrong)


def test_what_is_introduced_in_a_batch_can_be_named_in_it_afterwards_only(ledger: Ledger) -> None:
    """References look back, within a batch too."""
    with pytest.raises(UnknownReferences):
        ledger.record(event("account_elevated"), account())
    ledger.record(account(), event("account_elevated"))


def test_a_contract_is_awarded_again_on_its_account_only(ledger: Ledger) -> None:
    """The same contract in the same account takes in more lines; elsewhere its id is taken."""
    ledger.record(*stage(), account("bolt"), *opportunity("opp-1", "jane", "x", "y"))
    ledger.record(*opportunity("opp-2", "jane", "x", account="bolt"))
    ledger.record(award("opp-1", "contract-1", "x"), award("opp-1", "contract-1", "y"))

    with pytest.raises(AlreadyExists):
        ledger.record(award("opp-2", "contract-1", "x", account="bolt"))


def test_a_retraction_takes_an_event_back(ledger: Ledger) -> None:
    """As known from then on; its account is filled in; what was known before stays answered as before."""
    ledger.record(*stage())
    told = ledger.record(*opportunity("opp-1", "jane", "x"))
    appointed = json.loads(told.events[1])["event_id"]

    receipt = ledger.record(retraction(appointed))

    assert json.loads(receipt.events[0])["account_id"] == "acme"
    assert statuses(ledger) == []
    assert statuses(ledger, position=told.position) == [("jane", "x", "active")]


def test_a_retraction_may_be_in_the_batch_of_what_it_retracts(ledger: Ledger) -> None:
    """And an id that was taken back is free again."""
    ledger.record(*stage())
    opened = identified(7, event("opportunity_opened", opportunity_id="opp-1", name="one"))

    ledger.record(opened, retraction(opened["event_id"]), *opportunity("opp-1", "jane", "x"))

    assert statuses(ledger) == [("jane", "x", "active")]
    assert verify(ledger.store) is None


def test_what_is_taken_back_stays_taken_back(ledger: Ledger) -> None:
    """A second retraction, a correction of it, and a retraction of a retraction are refused."""
    ledger.record(*[identified(number, one) for number, one in enumerate(stage(), 1)])
    ledger.record(identified(8, event("account_elevated")))
    ledger.record(identified(9, retraction(identified(8, {})["event_id"])))

    again = retraction(identified(8, {})["event_id"])
    corrected = {**event("account_elevated"), "corrects": identified(8, {})["event_id"]}
    undone = retraction(identified(9, {})["event_id"])
    for wrong, pointer in (
        (again, "/events/0/data/event_id"),
        (corrected, "/events/0/corrects"),
        (undone, "/events/0/data/event_id"),
    ):
        with pytest.raises(AlreadyWithdrawn) as refused:
            ledger.record(wrong)
        assert refused.value.pointer == pointer
    with pytest.raises(UnknownReferences):
        ledger.record(retraction(identified(99, {})["event_id"]))
    with pytest.raises(MalformedEvents):
        ledger.record(account("bolt"), {**retraction(identified(3, {})["event_id"]), "account_id": "bolt"})


def test_a_correction_stands_in_the_place_of_what_it_corrects(ledger: Ledger) -> None:
    """The corrected appointment is judged as if the wrong one had never been."""
    ledger.record(*stage())
    told = ledger.record(*opportunity("opp-1", "jane", "x"))
    wrong = json.loads(told.events[1])["event_id"]

    ledger.record({**appointment("opp-1", "mary"), "corrects": wrong})

    assert statuses(ledger) == [("mary", "x", "active")]
    assert verify(ledger.store) is None


def test_an_opening_may_be_corrected_under_its_own_id(ledger: Ledger) -> None:
    """The id that the correction introduces is the one it takes back."""
    opened = json.loads(ledger.record(account()).events[0])

    ledger.record({**account(), "corrects": opened["event_id"], "data": {"name": "Acme Corporation"}})
    ledger.record(event("account_elevated"))

    with pytest.raises(AlreadyExists):
        ledger.record(account())


def test_a_correction_can_move_a_fact_to_another_account(ledger: Ledger) -> None:
    """It is gone on the one and stands on the other; both are known to be so later, when their pages are read anew."""
    ledger.record(*stage(), account("bolt"), *opportunity("opp-1", "jane", "x"))
    ledger.record(*opportunity("opp-2", "jane", "x", account="bolt"))
    appointed = json.loads(ledger.store.read.page(after=5, limit=1)[0].body)
    assert (appointed["type"], appointed["account_id"]) == ("opportunity_manager_appointed", "acme")

    ledger.record({**event("account_elevated", account="bolt"), "corrects": appointed["event_id"]})

    assert statuses(ledger) == []
    ledger.record(appointment("opp-1", "mary"))
    assert statuses(ledger) == [("mary", "x", "active")]
    assert verify(ledger.store) is None


def test_a_changed_figure_changes_every_account(ledger: Ledger) -> None:
    """As known from its position on, and only for clocks that start when it is in effect."""
    ledger.record(*stage(), account("bolt"), *opportunity("opp-1", "jane", "x"))
    ledger.record(*opportunity("opp-2", "jane", "x", account="bolt"))
    before = ledger.position

    changed = ledger.record(grace(10))

    assert statuses(ledger, "2024-04-01") == []
    assert statuses(ledger, "2024-04-01", before) == [("jane", "x", "in_grace")]
    ledger.record(retraction(json.loads(changed.events[0])["event_id"]))
    assert statuses(ledger, "2024-04-01") == [("jane", "x", "in_grace")]
    assert verify(ledger.store) is None


def test_a_party_registered_anew_changes_the_accounts_that_name_it(ledger: Ledger) -> None:
    """Also through its organisation: two opportunities become claims of the same party."""
    ledger.record(party("north", "partner"), party("mia", "contact"), *stage())
    ledger.record(*opportunity("opp-1", "north", "x"), event("account_elevated"))
    ledger.record(event("major_account_manager_appointed", party_id="jane"))
    owed = ledger.rows("SELECT party_id, state FROM kept_obligations WHERE known_until > 1000")
    assert owed == [("north", "open")]

    again = ledger.record(party("jane", member_of="north"))

    rows = ledger.rows(f"SELECT party_id FROM kept_obligations WHERE known_until > {again.position}")  # noqa: S608
    assert rows == []
    assert verify(ledger.store) is None


def test_a_batch_that_changes_the_world_is_as_atomic_as_any_other(ledger: Ledger) -> None:
    """A figure, what follows from it, and an event that is refused: nothing stays."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    before = (ledger.position, ledger.kept(), ledger.rows("SELECT position, world FROM head"))

    with pytest.raises(UnknownReferences):
        ledger.record(grace(10), party("jane", "contact"), event("account_elevated", account="nowhere"))

    assert (ledger.position, ledger.kept(), ledger.rows("SELECT position, world FROM head")) == before
    ledger.record(grace(10), *opportunity("opp-2", "mary", "x"), grace(20), award("opp-1", "c", "x", on="2024-03-15"))
    assert verify(ledger.store) is None


def test_a_dry_run_records_nothing_and_tells_what_would_change(ledger: Ledger) -> None:
    """With the events as they would be recorded, and the rights, situations and obligations that would change."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    before = (ledger.position, ledger.kept(), ledger.rows("SELECT * FROM idempotency"))

    receipt = ledger.record(award("opp-1", "contract-1", "x"), dry_run=True, idempotency_key="tried")

    assert (ledger.position, ledger.kept(), ledger.rows("SELECT * FROM idempotency")) == before
    assert json.loads(receipt.events[0])["position"] == receipt.position == before[0] + 1
    changes = receipt.changes["acme"]
    assert {getattr(one, "status", None) for one in changes.begun} >= {"won"}
    assert {getattr(one, "status", None) for one in changes.ended} >= {"in_grace"}
    with pytest.raises(RuleRefused):
        ledger.record(appointment("opp-1", "mary"), dry_run=True)
    tried = ledger.record(grace(10), forecast("opp-1", "x", on="2024-01-12"), dry_run=True)
    assert set(tried.changes) == {"acme"}
    assert (ledger.position, ledger.kept()) == before[:2]
    ledger.record(award("opp-1", "contract-1", "x"))
    assert verify(ledger.store) is None


def test_the_scheduler_alone_records_its_notices(ledger: Ledger) -> None:
    """Anybody else is told so."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    notice = event("rights_lapsed", "2024-05-31", opportunity_id="opp-1", line="x", deadline_on="2024-05-30")

    with pytest.raises(NotAllowed) as refused:
        ledger.record(notice)
    assert refused.value.pointer == "/events/0/type"
    ledger.recorder.record(Submission([notice], SCHEDULER))
    assert verify(ledger.store) is None


def test_unknown_figures_and_values_out_of_bounds_are_refused(ledger: Ledger) -> None:
    """With the place and in words."""
    for name, value in (("no_such_figure", 1), ("grace_days", 99_999), ("grace_days", [1, 2])):
        with pytest.raises(MalformedEvents) as refused:
            ledger.record(event("policy_figure_set", account=None, figure=name, value=value, reason="a decision"))
        assert refused.value.problems[0].pointer in {"/events/0/data/figure", "/events/0/data/value"}


def test_a_closed_recorder_takes_nothing_more(ledger: Ledger) -> None:
    """What was handed in before is recorded."""
    waiting = [ledger.recorder.submit(Submission([party(f"party-{number}")], "tester")) for number in range(20)]
    ledger.recorder.close()

    assert sorted(one.result().position for one in waiting) == list(range(1, 21))
    with pytest.raises(RecorderClosed):
        ledger.record(party("late"))


@pytest.mark.parametrize("spoil", [lambda error: error("bug"), lambda error: error()])
def test_a_fault_in_a_rule_hurts_nobody_else(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[type[Exception]], Exception]
) -> None:
    """The submission that meets it is answered with it; the ledger stays as it was and goes on."""
    ledger.record(*stage(), *opportunity("opp-1", "jane", "x"))
    before = ledger.kept()

    def faulty(*_: object) -> None:
        raise spoil(ZeroDivisionError)

    with monkeypatch.context() as patched:
        patched.setattr("projections.judging.check", faulty)
        with pytest.raises(ZeroDivisionError):
            ledger.record(award("opp-1", "contract-1", "x"))
    assert ledger.kept() == before
    ledger.record(award("opp-1", "contract-1", "x"))
    assert verify(ledger.store) is None


def test_refusals_are_all_of_one_family() -> None:
    """A door can catch them together."""
    kinds = (AlreadyExists, AlreadyWithdrawn, EventIdReused, IdempotencyKeyReused, MalformedEvents, NotAllowed)
    assert all(issubclass(kind, RecordingError) for kind in (*kinds, PositionConflict, RuleRefused, UnknownReferences))
