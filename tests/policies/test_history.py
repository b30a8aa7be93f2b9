"""Facts: which of them count, and which opportunity each belongs to."""

import pytest

from policies.history import Facts
from tests.scenarios.telling import Telling, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31"
OMAR = "2026-01-11 omar appointed to opp-2"
SHARE = "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-01"
AWARD = "2026-03-15 opp-1 awarded gtx-pro on c-1"


def _read(telling: Telling, account_id: str = "acme") -> tuple[Facts, tuple[set[str], bool]]:
    """All facts taken in, and what the last of them touched."""
    facts, touched = Facts(account_id), (set[str](), False)
    for fact in telling.ledger.log:
        touched = facts.add(fact)
    return facts, touched


@pytest.mark.parametrize(
    ("lines", "opportunities", "whole"),
    [
        ([OMAR], {"opp-2"}, False),
        ([JANE, SHARE], {"opp-1"}, False),
        ([JANE, SHARE, "2026-02-01 mary accepts s-1"], {"opp-1"}, False),
        ([JANE, AWARD], {"opp-1"}, False),
        ([JANE, AWARD, "2028-03-15 c-1 ended"], {"opp-1"}, False),
        ([JANE, AWARD, "2027-03-15 c-1 renewed from 2027-03-15 until 2028-03-15 for gtx-pro"], {"opp-1"}, False),
        (
            [JANE, AWARD, OMAR, "2026-03-16 opp-2 awarded rack on c-1", "2028-03-15 c-1 ended"],
            {"opp-1", "opp-2"},
            False,
        ),
        ([JANE, "2026-02-01 account elevated"], set(), True),
        (["2026-02-01 account elevated", "2026-02-01 mary put in charge"], set(), True),
        (["2026-02-01 account elevated", "2026-02-01 charge released"], set(), True),
        (["2026-02-01 jane develops an account plan"], set(), True),
        (["2026-02-01 jane executes the account plan"], set(), True),
        ([JANE, "2026-02-01 dispute d-1 opened by north on opp-1"], set(), True),
        ([JANE, "2026-02-01 dispute d-1 opened by north on opp-1", "2026-03-01 dispute d-1 ruled"], set(), True),
        ([JANE, "2026-02-01 dispute d-1 opened by north on opp-1", "2026-03-01 dispute d-1 withdrawn"], set(), True),
        ([JANE, "2026-02-01 account renamed Acme Holding"], set(), False),
        ([JANE, "2026-02-01 figure grace_days set to 60"], set(), False),
        ([JANE, "2026-02-01 at beta, account elevated"], set(), False),
        ([JANE, f"{OMAR} [gone]", "2026-02-01 [gone] retracted"], {"opp-2"}, False),
        ([JANE, f"{OMAR} [gone]", "2026-02-01 instead of [gone], ravi appointed to opp-3"], {"opp-2", "opp-3"}, False),
        (
            ["2026-02-01 account elevated [gone]", "2026-02-01 instead of [gone], omar appointed to opp-2"],
            {"opp-2"},
            True,
        ),
        (["2026-02-01 account elevated [gone]", "2026-02-01 [gone] retracted"], set(), True),
        ([JANE, "2026-02-01 at beta, account elevated [gone]", "2026-02-01 [gone] retracted"], set(), False),
    ],
)
def test_what_a_fact_touches(lines: list[str], opportunities: set[str], whole: bool) -> None:
    """Its opportunities, those of its agreement or contract, or the account as a whole; and what it took back."""
    assert _read(told(*lines))[1] == (opportunities, whole)


def test_the_facts_of_an_opportunity() -> None:
    """Its own, the answers to its agreements, and the facts of its contracts."""
    telling = told(
        JANE,
        OMAR,
        SHARE,
        "2026-01-20 share s-2 on opp-2 proposed by omar, omar 60 / mary 40, from 2026-02-01",
        "2026-02-01 mary accepts s-1",
        "2026-02-01 mary accepts s-2",
        AWARD,
        "2026-03-15 opp-2 awarded gtx-pro on c-2",
        "2028-03-15 c-1 ended",
        "2028-03-15 c-2 ended",
    )
    facts, _ = _read(telling)
    assert [fact.type for fact in facts.of_opportunity("opp-1")] == [
        "opportunity_opened",
        "opportunity_manager_appointed",
        "engagement_recorded",
        "opportunity_plan_adopted",
        "coordination_recorded",
        "forecast_recorded",
        "revenue_share_proposed",
        "business_awarded",
        "revenue_share_accepted",
        "contract_ended",
    ]
    assert {getattr(fact.data, "agreement_id", "s-1") for fact in facts.of_opportunity("opp-1")} == {"s-1"}
    assert {getattr(fact.data, "contract_id", "c-1") for fact in facts.of_opportunity("opp-1")} == {"c-1"}
    assert set(facts.opportunity_of_agreement("s-1")) == {"opp-1"}
    assert set(facts.opportunity_of_agreement("s-9")) == set()
    assert facts.of_opportunity("opp-9") == []


def test_an_answer_counts_wherever_its_agreement_stands() -> None:
    """Also if the proposal became known after the answer, and no longer if the proposal was taken back."""
    telling = told(JANE, f"{SHARE} [proposal]", "2026-02-01 mary accepts s-1")
    facts, _ = _read(telling)
    types = [fact.type for fact in facts.of_opportunity("opp-1")]
    assert types[-2:] == ["revenue_share_proposed", "revenue_share_accepted"]
    telling.tell("2026-03-01 [proposal] retracted")
    facts, _ = _read(telling)
    assert [fact.type for fact in facts.of_opportunity("opp-1")][-1] == "forecast_recorded"


def test_a_fact_taken_back_is_gone_for_good() -> None:
    """From the account's facts by id, by opportunity and on the whole; the position goes on."""
    telling = told(
        "2026-02-01 account elevated [elevation]",
        "2026-02-01 omar appointed to opp-2 [appointment]",
        "2026-02-02 [elevation] retracted",
        "2026-02-02 instead of [appointment], ravi appointed to opp-2 [second]",
    )
    facts, _ = _read(telling)
    assert facts.account_history() == []
    assert telling.facts.labels["appointment"] not in facts.by_id
    assert telling.facts.labels["second"] in facts.by_id
    assert [fact.type for fact in facts.of_opportunity("opp-2")] == [
        "opportunity_opened",
        "opportunity_manager_appointed",
    ]
    assert facts.position == len(telling.ledger.log)


def test_the_account_as_a_whole_in_order() -> None:
    """By date, then by position."""
    telling = told(
        "2026-02-01 jane develops an account plan", "2026-01-01 account elevated", "2026-02-01 mary put in charge"
    )
    assert [fact.type for fact in _read(telling)[0].account_history()] == [
        "account_elevated",
        "account_plan_developed",
        "major_account_manager_appointed",
    ]
    assert _read(telling, "beta")[0].account_history() == []


def test_the_position_is_the_highest_taken_in() -> None:
    """Whatever the order."""
    telling = told("2026-01-01 account elevated", "2026-02-01 mary put in charge")
    facts = Facts("acme")
    for fact in reversed(telling.ledger.log):
        facts.add(fact)
    assert facts.position == len(telling.ledger.log)
