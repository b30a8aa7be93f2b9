"""Rights that an opportunity gives: intervals, statuses, reasons."""

from datetime import date

import pytest

from policies.kept import Right
from tests.scenarios.telling import Telling, cited, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [forecast]"

Interval = tuple[str, str, str, str]


def claim_rights(telling: Telling, opportunity: str = "opp-1", line: str = "gtx-pro") -> list[Right]:
    """The manager's rights on one line in order of days."""
    kept = [each for each in telling.ledger.account("acme").kept if isinstance(each, Right)]
    wanted = ("opportunity_manager", opportunity, line)
    found = [right for right in kept if (right.kind, right.opportunity_id, right.line) == wanted]
    return sorted(found, key=lambda right: right.valid_from)


def intervals(rights: list[Right]) -> list[Interval]:
    """Holder, status, since, until."""
    return [(right.holder, right.status, str(right.valid_from), str(right.valid_until)) for right in rights]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [JANE],
            [
                ("jane", "active", "2026-01-10", "2026-04-01"),
                ("jane", "in_grace", "2026-04-01", "2026-06-30"),
                ("jane", "lapsed", "2026-06-30", "9999-12-31"),
            ],
        ),
        (
            [JANE, "2026-05-01 opp-1 handed over to omar", "2026-07-10 opp-1 handed over to mary"],
            [
                ("jane", "active", "2026-01-10", "2026-04-01"),
                ("jane", "in_grace", "2026-04-01", "2026-05-01"),
                ("omar", "in_grace", "2026-05-01", "2026-06-30"),
                ("omar", "lapsed", "2026-06-30", "9999-12-31"),
            ],
        ),
        (
            [JANE, "2026-05-01 opp-1 extended to 2026-05-31"],
            [
                ("jane", "active", "2026-01-10", "2026-04-01"),
                ("jane", "in_grace", "2026-04-01", "2026-05-01"),
                ("jane", "active", "2026-05-01", "2026-06-01"),
                ("jane", "in_grace", "2026-06-01", "2026-08-30"),
                ("jane", "lapsed", "2026-08-30", "9999-12-31"),
            ],
        ),
        (
            [
                JANE,
                "2026-03-15 opp-1 awarded gtx-pro on c-1",
                "2026-09-01 opp-1 handed over to omar",
                "2028-03-15 c-1 ended",
            ],
            [
                ("jane", "active", "2026-01-10", "2026-03-15"),
                ("jane", "won", "2026-03-15", "2026-09-01"),
                ("omar", "won", "2026-09-01", "2028-03-15"),
                ("omar", "ended", "2028-03-15", "9999-12-31"),
            ],
        ),
        (
            [JANE, "2026-04-10 opp-1 abandoned"],
            [
                ("jane", "active", "2026-01-10", "2026-04-01"),
                ("jane", "in_grace", "2026-04-01", "2026-04-10"),
                ("jane", "ended", "2026-04-10", "9999-12-31"),
            ],
        ),
        (
            ["2026-01-01 omar establishes opp-2 on gtx-pro expected 2026-02-28", JANE],
            [
                ("jane", "queued", "2026-01-10", "2026-05-30"),
                ("jane", "in_grace", "2026-05-30", "2026-06-30"),
                ("jane", "lapsed", "2026-06-30", "9999-12-31"),
            ],
        ),
        (
            ["2026-01-01 omar establishes opp-2 on gtx-pro expected 2026-12-31", JANE],
            [
                ("jane", "queued", "2026-01-10", "2026-06-30"),
                ("jane", "lapsed", "2026-06-30", "9999-12-31"),
            ],
        ),
        (
            [
                "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31",
                "2026-01-12 jane appointed to opp-1",
                "2026-01-15 jane engaged on opp-1",
                "2026-01-15 plan adopted for opp-1",
                "2026-01-20 opp-1 handed over to omar",
                "2026-01-25 opp-1 extended to 2026-04-30",
                "2026-02-02 opp-1 coordinated",
            ],
            [
                ("jane", "incomplete", "2026-01-12", "2026-01-15"),
                ("jane", "incomplete", "2026-01-15", "2026-01-20"),
                ("omar", "incomplete", "2026-01-20", "2026-01-25"),
                ("omar", "incomplete", "2026-01-25", "2026-02-02"),
                ("omar", "active", "2026-02-02", "2026-05-01"),
                ("omar", "in_grace", "2026-05-01", "2026-07-30"),
                ("omar", "lapsed", "2026-07-30", "9999-12-31"),
            ],
        ),
        (
            ["2026-01-10 jane appointed to opp-1", "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31"],
            [
                ("jane", "incomplete", "2026-01-10", "2026-06-30"),
                ("jane", "lapsed", "2026-06-30", "9999-12-31"),
            ],
        ),
        (["2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31"], []),
    ],
)
def test_the_rights_on_a_line(lines: list[str], expected: list[Interval]) -> None:
    """Incomplete, queued, active, in grace, won, and how it was over, by holder."""
    assert intervals(claim_rights(told(*lines))) == expected


def test_what_a_right_tells() -> None:
    """Account, deadline, what is missing, contract, and why."""
    telling = told(
        "2026-01-10 jane appointed to opp-1 [appointment]",
        "2026-01-10 jane engaged on opp-1 [engagement]",
        "2026-01-10 plan adopted for opp-1 [plan]",
        "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31 [forecast]",
        "2026-01-20 opp-1 coordinated [coordination]",
        "2026-03-15 opp-1 awarded gtx-pro on c-1 [award]",
        "2028-03-15 c-1 ended [end]",
    )
    incomplete, active, won, ended = claim_rights(telling)
    assert {right.account_id for right in (incomplete, active, won, ended)} == {"acme"}
    assert (incomplete.missing, incomplete.deadline_on) == (("a coordination",), date(2026, 6, 29))
    assert (active.missing, active.deadline_on, active.contract_id) == ((), date(2026, 6, 29), None)
    assert (won.deadline_on, won.contract_id, ended.contract_id) == (None, "c-1", "c-1")
    evidence = "appointment engagement plan forecast"
    assert cited(telling, incomplete.reasons) == [("OM-ESTABLISHED", evidence)]
    assert cited(telling, active.reasons) == [
        ("OM-ESTABLISHED", f"{evidence} coordination"),
        ("OM-GRACE", "forecast"),
        ("OM-QUALIFIED", "appointment"),
    ]
    assert cited(telling, won.reasons) == [("OM-WON", "award"), ("OM-QUALIFIED", "appointment")]
    assert cited(telling, ended.reasons) == [("OM-WON", "end")]
    assert ended.reasons[0].facts == (("ended_on", "2028-03-15"), ("line", "gtx-pro"))


def test_why_a_right_lapsed() -> None:
    """The clock that ran out, and the line."""
    telling = told(JANE, "2026-02-01 opp-1 extended to 2026-02-28 [extension]")
    lapsed = claim_rights(telling)[-1]
    assert cited(telling, lapsed.reasons) == [("OM-LAPSED", "forecast extension")]
    assert lapsed.reasons[0].facts == (
        ("forecast_on", "2026-01-10"),
        ("anchor", "2026-02-28"),
        ("extended_on", "2026-02-01"),
        ("days", "90"),
        ("deadline", "2026-05-29"),
        ("line", "gtx-pro"),
    )
    assert (lapsed.deadline_on, lapsed.contract_id) == (None, None)


def test_why_a_right_waits() -> None:
    """The claim ahead, and until when."""
    telling = told(JANE, "2026-02-01 omar establishes opp-2 on gtx-pro expected 2026-05-31 [second]")
    queued, in_grace, _ = claim_rights(telling, "opp-2")
    assert cited(telling, queued.reasons)[3:] == [("OM-QUEUE", "forecast")]
    assert queued.reasons[3].facts == (("line", "gtx-pro"), ("until", "2026-06-30"))
    assert [reason.rule for reason in in_grace.reasons] == ["OM-ESTABLISHED", "OM-GRACE", "OM-QUALIFIED"]


def test_a_contract_that_ended_before_its_award() -> None:
    """The line is won for no day, and ended from the award on."""
    telling = told(JANE, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2026-03-01 c-1 ended")
    assert intervals(claim_rights(telling))[1:] == [("jane", "ended", "2026-03-15", "9999-12-31")]
