"""Leads: how one stands on every day, who was responsible, what goes over to the opportunity, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.recorded import Recorded
from policies.carrying_over import carried_over, sheet_of
from policies.lead_figures import report
from policies.leads import STATES, Lead, check_lead, lead_of, own_part, read_leads
from policies.refusals import Refused
from tests.policies.memory import parse_one
from tests.scenarios.telling import refusal

JANUARY = date(2026, 1, 1)
CAPTURED = "2026-01-10 lead lead-7 captured by jane"
QUALIFIED = "2026-01-20 lead lead-7 qualified"
CONVERTED = "2026-02-01 lead lead-7 converted into opp-1"


def fact(position: int, kind: str, on: date, account_id: str | None = None, **data: Any) -> Recorded:
    """A fact on lead-7."""
    if kind == "converted":
        account_id, data = account_id or "acme", {"opportunity_id": "opp-1", **data}
    if kind in ("assigned", "worked"):
        data = {"party_id": "jane", **data}
    if kind == "worked":
        data = {"activity": "call", **data}
    event = parse_one(f"lead_{kind}", on.isoformat(), account_id, lead_id="lead-7", **data)
    return Recorded(position, datetime.now(UTC), "test", f"event-{position}", event)


def lead(*facts: Recorded) -> Lead:
    """Lead-7 of these facts, on all days."""
    return read_leads(facts)["lead-7"]


def day(number: int) -> date:
    """A day of January 2026."""
    return JANUARY + timedelta(number - 1)


def test_the_steps_with_who_was_responsible() -> None:
    """Each begins where the one before ended; one that was over on its day stands with no days."""
    found = lead(
        fact(1, "captured", day(10), captured_by="mary"),
        fact(2, "responded", day(10)),
        fact(3, "assigned", day(12), party_id="jane"),
        fact(4, "worked", day(14), party_id="omar"),
        fact(5, "qualified", day(20)),
        fact(6, "converted", day(25)),
        fact(7, "responded", day(28)),
    )
    assert [(step.state, step.responsible, step.since.day, step.until and step.until.day) for step in found.steps] == [
        ("captured", "mary", 10, 10),
        ("responded", "mary", 10, 12),
        ("responded", "jane", 12, 14),
        ("worked", "jane", 14, 20),
        ("qualified", "jane", 20, 25),
        ("converted", None, 25, None),
    ]
    assert [step.fact.position for step in found.steps] == [1, 2, 3, 4, 5, 6]
    assert (found.responsible, found.opportunity_id) == (None, "opp-1")
    assert (found.account_id, found.began_on, found.place) == ("acme", day(10), 1)


def handed_on() -> Lead:
    """Captured by Mary, given to Jane, to Omar, and to Jane again, who loses it to Mary."""
    return lead(
        fact(1, "captured", day(10), captured_by="mary"),
        fact(2, "assigned", day(12), party_id="jane"),
        fact(3, "worked", day(13), party_id="jane"),
        fact(4, "assigned", day(14), party_id="omar"),
        fact(5, "worked", day(15), party_id="omar"),
        fact(6, "assigned", day(16), party_id="jane"),
        fact(7, "assigned", day(18), party_id="mary"),
        fact(8, "qualified", day(20)),
        fact(9, "converted", day(25)),
        fact(10, "responded", day(28)),
    )


@pytest.mark.parametrize(
    ("on", "parties", "last", "passed_on"),
    [
        (11, {"jane"}, None, None),
        (12, {"jane"}, 2, None),
        (14, {"jane"}, 3, 14),
        (15, {"jane"}, 3, 14),
        (16, {"jane"}, 6, None),
        (31, {"jane"}, 6, 18),
        (31, {"omar"}, 5, 16),
        (31, {"jane", "omar"}, 6, 18),
        (11, {"mary"}, 1, None),
        (17, {"mary"}, 1, 12),
        (24, {"mary"}, 8, None),
        (31, {"mary"}, 10, None),
        (31, {"nina"}, None, None),
    ],
)
def test_a_lead_as_far_as_it_concerns_a_party(
    on: int, parties: set[str], last: int | None, passed_on: int | None
) -> None:
    """Up to the fact by which it left its hands for the last time; a conversion is none, and parties may act as one."""
    found = handed_on().on(day(on))
    part = None if found is None else own_part(found, parties)
    told = (None, None) if part is None else (part.lead.facts[-1].position, part.passed_on and part.passed_on.day)
    assert told == (last, passed_on)


def test_of_what_another_was_responsible_for_already_only_the_own_capture_is_told() -> None:
    """What others said of it, before and after, is theirs."""
    found = lead(
        fact(1, "captured", day(10), captured_by="mary", name="Theirs"),
        fact(2, "captured", day(12), captured_by="jane", name="Ours"),
        fact(3, "responded", day(13), name="Later"),
    )
    part = own_part(found, {"jane"})
    assert part is not None
    assert [one.position for one in part.lead.facts] == [2]
    assert (carried_over(part.lead).name, part.passed_on) == ("Ours", day(12))


def test_a_lead_is_there_from_the_first_that_is_known_of_it() -> None:
    """What is dated before its capture counts too; without anything that made it known there is none."""
    worked, captured = fact(2, "worked", day(5)), fact(3, "captured", day(10))
    assert lead(worked, captured).on(day(4)) is None
    assert [step.state for step in lead(worked, captured).steps] == ["worked"]
    assert read_leads([worked]) == {}


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (("captured", "assigned"), "captured"),
        (("responded", "captured"), "responded"),
        (("captured", "worked", "responded"), "worked"),
        (("captured", "qualified", "worked"), "qualified"),
        (("captured", "qualified", "disqualified"), "disqualified"),
        (("captured", "disqualified", "responded"), "disqualified"),
        (("captured", "disqualified", "qualified"), "qualified"),
        (("captured", "qualified", "converted", "responded"), "converted"),
    ],
)
def test_a_lead_goes_to_no_earlier_state(kinds: tuple[str, ...], state: str) -> None:
    """But of a qualification and a disqualification the latest counts."""
    facts = [fact(number, kind, day(number)) for number, kind in enumerate(kinds, 1)]
    assert lead(*facts).state == state


def test_everything_known_goes_over() -> None:
    """Of what is stated several times the latest counts, by its day; attributes are put together."""
    said: dict[str, Any] = {
        "name": "Ada Verne", "organisation": "Acme", "contact": "Bo", "email": "ada@acme.example", "phone": "+1",
        "region": "North", "source": "Trade fair", "target_list": "Fair 2026", "campaign": "Spring",
        "lines": ["x", "y"], "interest": "New screens", "amount": "100.00", "currency": "USD",
        "expected_close_on": "2026-06-30", "attributes": {"seats": 3, "floor": "2nd"},
    }  # fmt: skip
    found = carried_over(
        lead(
            fact(3, "captured", day(10), **said),
            fact(4, "responded", day(12), response="Yes", phone="+2", amount="7", currency="EUR",
                 attributes={"seats": 4}),
            fact(5, "responded", day(11), phone="+3", campaign="Winter"),
            fact(6, "worked", day(13), activity="Visit"),
            fact(7, "qualified", day(14), criteria=["budget", "date"]),
        )
    )  # fmt: skip
    assert (found.name, found.organisation, found.contact, found.email) == ("Ada Verne", "Acme", "Bo", said["email"])
    assert (found.phone, found.region, found.source, found.target_list) == ("+2", "North", "Trade fair", "Fair 2026")
    assert (found.campaign, found.lines, found.interest) == ("Winter", ("x", "y"), "New screens")
    assert (found.amount, found.currency, found.expected_close_on) == (Decimal(7), "EUR", date(2026, 6, 30))
    assert (found.attributes, found.criteria) == ({"seats": 4, "floor": "2nd"}, ("budget", "date"))
    assert ([one.position for one in found.responses], [one.position for one in found.activities]) == ([5, 4], [6])
    assert sheet_of(found) == {
        "amount": Decimal(7),
        "currency": "EUR",
        "expected_close_on": date(2026, 6, 30),
        "region": "North",
        "attributes": {"seats": 4, "floor": "2nd"},
    }
    assert sheet_of(carried_over(lead(fact(1, "captured", day(1))))) == {}


def test_a_disqualified_lead_carries_no_criteria() -> None:
    """They were those of a qualification that counts no longer."""
    facts = [fact(1, "captured", day(1)), fact(2, "qualified", day(2), criteria=["budget"])]
    assert carried_over(lead(*facts, fact(3, "disqualified", day(3), reason="No."))).criteria == ()


def test_figures_of_leads() -> None:
    """Rates to two decimals, a half to the even one; steps that are over; who was responsible last."""
    leads = [
        lead(fact(1, "captured", day(1), source="fair", captured_by="mary"), fact(2, "responded", day(4)),
             fact(3, "assigned", day(5), party_id="jane"), fact(4, "qualified", day(9)),
             fact(5, "converted", day(20))),
        lead(fact(1, "captured", day(1), source="fair", campaign="spring"), fact(2, "disqualified", day(6))),
        lead(fact(1, "responded", day(2), campaign="spring"), fact(2, "qualified", day(3)),
             fact(3, "disqualified", day(8))),
    ]  # fmt: skip
    told = report(leads)
    whole = told.all
    assert (whole.captured, whole.responded, whole.qualified, whole.disqualified, whole.converted) == (3, 2, 2, 2, 1)
    assert (whole.response_rate, whole.conversion_rate) == ("66.67", "33.33")
    assert whole.average_days == {
        "captured": "4.00",
        "responded": "3.00",
        "worked": None,
        "qualified": "8.00",
        "disqualified": None,
    }
    assert {name: one.captured for name, one in told.by_source.items()} == {"fair": 2, None: 1}
    assert {name: one.disqualified for name, one in told.by_campaign.items()} == {"spring": 2, None: 0}
    assert list(told.by_responsible) == ["jane", None]
    assert told.by_responsible["jane"].conversion_rate == "100.00"
    assert (report([]).all.response_rate, report([]).by_source) == (None, {})


@pytest.mark.parametrize(
    ("facts", "pointer", "says"),
    [
        ((CAPTURED, CONVERTED), "/data/lead_id", "not qualified on 2026-02-01"),
        ((CAPTURED, QUALIFIED, "2026-01-25 lead lead-7 disqualified", CONVERTED), "/data/lead_id",
         "disqualified on 2026-01-25"),
        ((CAPTURED, QUALIFIED, CONVERTED, "2026-03-01 lead lead-7 converted into opp-1"), "/data/lead_id",
         "converted on 2026-02-01, into opp-1"),
        ((CAPTURED, QUALIFIED, "2026-02-02 jane works lead lead-7", CONVERTED), "/effective_on",
         "lead_worked takes effect on 2026-02-02"),
        ((CAPTURED, QUALIFIED, CONVERTED, "2026-02-01 jane works lead lead-7"), "/data/lead_id",
         "what follows belongs to the opportunity"),
        ((CAPTURED, QUALIFIED, CONVERTED, "2026-01-30 lead lead-7 disqualified"), "/effective_on",
         "would not be qualified then"),
        ((CAPTURED, "2026-01-20 lead lead-7 disqualified without a reason"), "/data/reason", "none is stated"),
        ((CAPTURED, "2026-01-20 at beta, jane works lead lead-7", "2026-01-20 at acme, lead lead-7 qualified"),
         "/account_id", "on the account beta"),
    ],
)  # fmt: skip
def test_what_is_refused_says_where(facts: tuple[str, ...], pointer: str, says: str) -> None:
    """By LEAD, at the member of the event that has to change."""
    refused = refusal(*facts)
    assert (refused.rule, refused.pointer, refused.unknown, refused.malformed) == ("LEAD", pointer, False, False)
    assert says in refused.detail


# ---- every day, in every order ---------------------------------------------------------------------------------------

KINDS = ("captured", "responded", "assigned", "worked", "qualified", "disqualified", "converted")


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Facts of one lead on days of January, as anybody might state them, of which a rule may refuse some."""
    drawn = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 12), st.sampled_from(["jane", "omar"]))))
    facts = [fact(1, "captured", day(draw(st.integers(1, 4))))]
    for place, (kind, number, who) in enumerate(drawn, 2):
        more = {"captured": {"captured_by": who}, "assigned": {"party_id": who}, "disqualified": {"reason": "No."}}
        facts.append(fact(place, kind, day(number), **more.get(kind, {})))
    return facts


def read_by_the_day(facts: list[Recorded], on: date) -> tuple[str, str | None] | None:
    """The state and who is responsible on a day, by the words of the rule, from the facts up to that day."""
    known = sorted((one for one in facts if one.effective_on <= on), key=lambda one: (one.effective_on, one.position))
    if not known:
        return None
    kinds = [one.type.removeprefix("lead_") for one in known]
    if "converted" in kinds:
        return "converted", None
    assigned = [one.event.data.model_dump()["party_id"] for one in known if one.type == "lead_assigned"]
    captors = [one.event.data.model_dump()["captured_by"] for one in known if one.type == "lead_captured"]
    first = next((who for who in captors if who is not None), None)
    judged = [kind for kind in kinds if kind in ("qualified", "disqualified")]
    state = judged[-1] if judged else next((kind for kind in ("worked", "responded") if kind in kinds), "captured")
    return state, assigned[-1] if assigned else first


@given(histories())
def test_every_day_is_as_the_words_say(facts: list[Recorded]) -> None:
    """The steps, asked for any day, equal what the facts up to that day say."""
    whole = lead(*facts)
    for number in range(15):
        on = day(number)
        found = whole.on(on)
        assert (found and (found.state, found.responsible)) == read_by_the_day(facts, on)
        steps = [step for step in whole.steps if step.since <= on]
        assert (steps[-1].state if steps else None) == (found.state if found else None)


@given(histories(), st.randoms())
def test_the_order_of_recording_does_not_matter(facts: list[Recorded], random: Any) -> None:
    """Where no two share a day: positions break ties only."""
    alone = list({one.effective_on: one for one in facts if one.type != "lead_captured" or one.position == 1}.values())
    alone = [one for one in alone if one.effective_on != facts[0].effective_on] + facts[:1]
    shuffled = list(alone)
    random.shuffle(shuffled)
    again = [fact_again(place, one) for place, one in enumerate(shuffled, 1)]
    first, second = lead(*alone), lead(*again)
    assert [(step.state, step.responsible, step.since, step.until) for step in first.steps] == [
        (step.state, step.responsible, step.since, step.until) for step in second.steps
    ]
    assert sheet_of(carried_over(first)) == sheet_of(carried_over(second))


def fact_again(position: int, one: Recorded) -> Recorded:
    """The same fact, recorded at another position."""
    return Recorded(position, one.recorded_at, one.actor, one.event_id, one.event)


@given(histories())
def test_what_is_taken_in_keeps_the_promises(facts: list[Recorded]) -> None:
    """Recorded one by one, in whatever order of days, the rules never let two conversions in, nor one unqualified."""
    taken: list[Recorded] = []
    for one in facts:
        assert lead_of(one.event) == "lead-7"
        try:
            check_lead(one, taken)
        except Refused:
            continue
        taken.append(one)
    conversions = [one for one in taken if one.type == "lead_converted"]
    assert len(conversions) <= 1
    for conversion in conversions:
        before = [one for one in sorted(taken, key=lambda one: one.order) if one.order < conversion.order]
        judged = [one.type for one in before if one.type in ("lead_qualified", "lead_disqualified")]
        assert judged[-1] == "lead_qualified"
        work = ("lead_assigned", "lead_worked", "lead_qualified", "lead_disqualified")
        assert [one.type for one in taken if one.order > conversion.order and one.type in work] == []
    assert lead(*taken).state in STATES
