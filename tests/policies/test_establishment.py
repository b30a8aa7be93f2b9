"""Managers and evidence: who holds an opportunity, and by when its claim stands."""

from datetime import date

import pytest

from policies.days import FOREVER
from policies.establishment import EVIDENCE, check_qualification, establishment, opportunity_managers
from policies.reasons import Reason
from policies.refusals import Refused
from tests.scenarios.telling import cited, history, refusal, told


def test_managers_one_after_the_other() -> None:
    """The appointment, then every handover and reassignment, each with its reason."""
    managers = opportunity_managers(
        history(
            "2026-01-05 opp-1 handed over to ravi",
            "2026-01-10 jane appointed to opp-1",
            "2026-02-01 opp-1 handed over to omar",
            "2026-03-01 opp-1 reassigned to mary for the north",
            "2026-03-01 opp-1 handed over to jane",
        )
    )
    assert [(str(span.since), span.until, span.value.party_id) for span in managers] == [
        ("2026-01-10", date(2026, 2, 1), "jane"),
        ("2026-02-01", date(2026, 3, 1), "omar"),
        ("2026-03-01", FOREVER, "jane"),
    ]


def test_why_somebody_is_manager() -> None:
    """What the appointment, the handover and the reassignment say."""
    facts = history(
        "2026-01-10 jane appointed to opp-1",
        "2026-02-01 opp-1 handed over to omar",
        "2026-03-01 opp-1 reassigned to mary for the north",
    )[1:]
    assert [span.value.reason for span in opportunity_managers(facts)] == [
        Reason("OM-QUALIFIED", (facts[0].event_id,), (("party_id", "jane"), ("authorized_by", "sales management"))),
        Reason("HANDOVER", (facts[1].event_id,), (("party_id", "omar"), ("on", "2026-02-01"))),
        Reason(
            "REASSIGN",
            (facts[2].event_id,),
            (("party_id", "mary"), ("on", "2026-03-01"), ("coverage_goal", "the north")),
        ),
    ]


def test_a_second_appointment_that_became_known_changes_nothing() -> None:
    """It is refused at recording; if it stands all the same the first one holds."""
    facts = history("2026-01-10 jane appointed to opp-1") + history("2026-02-10 omar appointed to opp-1")
    assert [span.value.party_id for span in opportunity_managers(facts)] == ["jane"]


def test_reassigned_before_any_appointment() -> None:
    """There was nothing to move."""
    facts = history("2026-01-05 opp-1 reassigned to ravi for the north", "2026-01-10 jane appointed to opp-1")
    assert [span.value.party_id for span in opportunity_managers(facts)] == ["jane"]


def test_the_five_kinds_of_evidence() -> None:
    """The first fact of each kind; the claim stands with the last of them."""
    facts = history(
        "2026-01-20 jane engaged on opp-1",
        "2026-01-10 jane appointed to opp-1",
        "2026-01-12 omar engaged on opp-1",
        "2026-01-15 plan adopted for opp-1",
        "2026-01-15 opp-1 coordinated",
        "2026-01-11 opp-1 forecasts gtx-pro expected 2026-03-31",
    )
    found = establishment(facts)
    assert list(EVIDENCE.values()) == [
        "an opportunity manager",
        "a forecast",
        "an engagement",
        "an opportunity plan",
        "a coordination",
    ]
    assert {name: str(fact.effective_on) for name, fact in found.evidence.items()} == {
        "an opportunity manager": "2026-01-10",
        "a forecast": "2026-01-11",
        "an engagement": "2026-01-12",
        "an opportunity plan": "2026-01-15",
        "a coordination": "2026-01-15",
    }
    assert found.order == found.evidence["a coordination"].order


@pytest.mark.parametrize("left_out", range(5))
def test_four_of_five_are_not_enough(left_out: int) -> None:
    """Whichever is missing is named."""
    lines = [
        "2026-01-10 jane appointed to opp-1",
        "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31",
        "2026-01-10 jane engaged on opp-1",
        "2026-01-10 plan adopted for opp-1",
        "2026-01-10 opp-1 coordinated",
    ]
    name = list(EVIDENCE.values())[left_out]
    found = establishment(history(*(line for index, line in enumerate(lines) if index != left_out)))
    assert found.order is None
    assert found.missing(FOREVER) == (name,)
    reason = found.reason(date(2026, 1, 10))
    assert (reason.rule, reason.facts, len(reason.event_ids)) == ("OM-ESTABLISHED", (("missing", name),), 4)


def test_what_is_missing_on_a_day() -> None:
    """Evidence counts from its own date on."""
    telling = told(
        "2026-01-10 jane appointed to opp-1 [appointment]",
        "2026-01-10 jane engaged on opp-1 [engagement]",
        "2026-01-10 plan adopted for opp-1 [plan]",
        "2026-01-10 opp-1 coordinated [coordination]",
        "2026-01-20 opp-1 forecasts gtx-pro expected 2026-03-31 [forecast]",
    )
    found = telling.ledger.account("acme").opportunities["opp-1"].establishment
    assert found.missing(date(2026, 1, 9)) == tuple(EVIDENCE.values())
    assert found.missing(date(2026, 1, 19)) == ("a forecast",)
    assert found.missing(date(2026, 1, 20)) == ()
    before, after = found.reason(date(2026, 1, 19)), found.reason(date(2026, 1, 20))
    assert cited(telling, [before]) == [("OM-ESTABLISHED", "appointment engagement plan coordination")]
    assert cited(telling, [after]) == [("OM-ESTABLISHED", "appointment engagement plan coordination forecast")]
    assert (before.facts, after.facts) == ((("missing", "a forecast"),), (("established_on", "2026-01-20"),))


def test_a_second_manager_is_refused_in_words() -> None:
    """Since when there is one, and what to do instead."""
    refused = refusal("2026-01-10 jane appointed to opp-1", "2026-02-01 omar appointed to opp-1")
    assert (refused.rule, refused.pointer) == ("OM-ONE", "/data/party_id")
    assert refused.detail == (
        "opp-1 has had an opportunity manager since 2026-01-10; hand the opportunity over or reassign it instead"
    )


def test_another_opportunity_may_have_another_manager() -> None:
    """One manager each."""
    told("2026-01-10 jane appointed to opp-1", "2026-02-01 omar appointed to opp-2")


@pytest.mark.parametrize("field", ["authorized_by", "skills", "resources"])
def test_an_appointment_states_all_three(field: str) -> None:
    """Judged here too, whatever let the event pass."""
    (fact,) = history("2026-01-10 jane appointed to opp-1")[1:]
    event = fact.event
    check_qualification(event)  # type: ignore[arg-type]  # it is an appointment
    lacking = event.model_copy(update={"data": event.data.model_copy(update={field: ""})})
    with pytest.raises(Refused) as refused:
        check_qualification(lacking)  # type: ignore[arg-type]  # it is an appointment
    assert (refused.value.rule, refused.value.pointer) == ("OM-QUALIFIED", f"/data/{field}")
    assert refused.value.detail == f"the appointment does not state {field.replace('_', ' ')}"
