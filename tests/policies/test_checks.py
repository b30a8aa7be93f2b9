"""Checks before recording: each invariant refuses, and what a fact corrects is left out of the judgement."""

import pytest

from policies.checks import check
from policies.refusals import Refused
from tests.scenarios.telling import history, refusal, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro, support expected 2026-03-31"
AGAIN = "opp-1 forecasts gtx-pro, support expected 2026-12-31"


@pytest.mark.parametrize(
    "lines",
    [
        ["2026-01-10 jane appointed to opp-1 [one]", "2026-01-12 instead of [one], omar appointed to opp-1"],
        [JANE, f"2026-06-20 {AGAIN} [one]", f"2026-06-29 instead of [one], {AGAIN}"],
        [JANE, "2026-02-01 opp-1 abandoned [one]", f"2026-02-10 instead of [one], {AGAIN}"],
        [
            JANE,
            "2026-06-20 opp-1 extended to 2026-08-31 [one]",
            "2026-06-29 instead of [one], opp-1 extended to 2026-07-31",
        ],
        [
            "2026-01-01 account elevated",
            "2026-02-01 mary put in charge [one]",
            "2026-03-01 instead of [one], omar put in charge",
        ],
        [JANE, "2026-01-20 opp-1 forecasts gtx-pro expected 2026-03-31"],
        [f"2026-01-10 {AGAIN}", f"2026-01-20 {AGAIN}"],
        [JANE, "2026-06-29 opp-1 extended to 2026-08-31", f"2026-08-31 {AGAIN}"],
        ["2026-01-10 opp-1 extended to 2026-08-31"],
        [
            "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-01",
            "2026-02-01 mary accepts s-1",
        ],
        ["2026-03-01 figure grace_days set to 60"],
    ],
)
def test_what_is_taken(lines: list[str]) -> None:
    """Nothing is refused that no rule refuses."""
    told(*lines)


@pytest.mark.parametrize(
    ("lines", "rule", "pointer"),
    [
        (["2026-01-10 jane appointed to opp-1", "2026-01-12 omar appointed to opp-1"], "OM-ONE", "/data/party_id"),
        (
            [
                "2026-01-10 jane appointed to opp-1",
                "2026-01-11 omar appointed to opp-2 [one]",
                "2026-01-12 instead of [one], omar appointed to opp-1",
            ],
            "OM-ONE",
            "/data/party_id",
        ),
        (
            [JANE, f"2026-06-20 {AGAIN} [one]", f"2026-06-30 instead of [one], {AGAIN}"],
            "OM-LAPSED",
            "/data/opportunity_id",
        ),
        (
            [
                JANE,
                "2026-06-20 opp-1 extended to 2026-08-31 [one]",
                f"2026-07-20 {AGAIN}",
                f"2026-07-21 instead of [one], {AGAIN}",
            ],
            "OM-LAPSED",
            "/data/opportunity_id",
        ),
        ([JANE, "2026-02-01 opp-1 abandoned", f"2026-02-01 {AGAIN}"], "OM-LAPSED", "/data/opportunity_id"),
        (
            [JANE, "2026-03-01 opp-1 awarded gtx-pro, support on c-1", "2026-04-01 opp-1 extended to 2026-08-31"],
            "OM-LAPSED",
            "/data/opportunity_id",
        ),
        (["2026-01-01 account elevated", "2026-02-01 north put in charge"], "MAM-PARTNER", "/data/party_id"),
        (["2026-02-01 mary put in charge"], "MAM-MAJOR", "/data/party_id"),
        (
            ["2026-01-01 account elevated [one]", "2026-02-01 instead of [one], mary put in charge"],
            "MAM-MAJOR",
            "/data/party_id",
        ),
        (
            [
                "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-01",
                "2026-02-01 omar accepts s-1",
            ],
            "SHARE",
            "/data/party_id",
        ),
        (["2026-03-01 figure grace_days set to 3651"], None, "/data/value"),
    ],
)
def test_what_is_refused(lines: list[str], rule: str | None, pointer: str) -> None:
    """By its rule, at the field that is wrong."""
    refused = refusal(*lines)
    assert (refused.rule, refused.pointer) == (rule, pointer)


def test_without_an_account_only_figures_are_judged() -> None:
    """A fact on no account breaks no invariant of one."""
    for fact in history("2026-01-10 jane appointed to opp-1", "2026-03-01 figure grace_days set to 60"):
        check(fact, None)
    (wrong,) = history("2026-03-01 figure grace_days set to 60")
    setting = wrong.event.model_copy(update={"data": wrong.event.data.model_copy(update={"figure": "patience"})})
    with pytest.raises(Refused):
        check(type(wrong)(1, wrong.recorded_at, "test", "e-1", setting), None)
