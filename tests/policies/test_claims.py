"""Claims: clocks, endings and their reasons, line by line."""

from datetime import date

import pytest

from policies.claims import Claim, clock_start, deadline
from policies.days import FOREVER, Span
from policies.figures import FigureValue
from policies.opportunity import read_opportunity
from policies.reasons import Reason
from tests.scenarios.telling import cited, history, refusal, told

GTX = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [forecast]"
BOTH = "2026-01-10 jane establishes opp-1 on gtx-pro, support expected 2026-03-31 [forecast]"


def claim(*lines: str, line: str = "gtx-pro") -> Claim:
    """The claim on a line of opp-1 after these facts."""
    world = told(*lines).ledger.world
    own = [fact for fact in history(*lines) if getattr(fact.data, "figure", None) is None]
    return read_opportunity("opp-1", own, world).claims[line]


def clocks(found: Claim) -> list[tuple[str, str, str, str]]:
    """From which day each clock was known, its anchor, start and deadline."""
    return [
        (str(span.since), str(span.value.anchor), str(span.value.starts_on), str(span.value.deadline_on))
        for span in found.clocks
    ]


def test_the_deadline_is_grace_after_the_start() -> None:
    """By the figure given, not by one of its own."""
    assert deadline(date(2026, 3, 31), FigureValue("grace_days", 60, None, None)) == date(2026, 5, 30)


def test_the_clock_starts_at_the_anchor_or_an_earlier_loss() -> None:
    """Whichever comes first."""
    anchor = date(2026, 3, 31)
    losses = history("2026-03-30 opp-1 lost", "2026-03-31 opp-1 lost", "2026-04-01 opp-1 lost")[1:]
    assert clock_start(anchor, None) == anchor
    assert sorted(clock_start(anchor, loss) for loss in losses) == [date(2026, 3, 30), anchor, anchor]


def test_a_claim_from_its_start_to_its_lapse() -> None:
    """Live through the deadline, lapsed on the day after."""
    found = claim(GTX)
    assert (found.opportunity_id, found.line) == ("opp-1", "gtx-pro")
    assert found.start == found.forecast.order
    assert clocks(found) == [("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29")]
    assert found.clocks[0].until == FOREVER
    assert found.live == Span(date(2026, 1, 10), date(2026, 6, 30), None)
    assert found.over_on == found.lapsed_on == date(2026, 6, 30)
    assert (found.ending, found.won, found.contract_ended) == (None, None, None)


def test_a_claim_that_never_starts() -> None:
    """It has clocks and lapses, but is live on no day."""
    found = claim("2026-01-10 jane appointed to opp-1", "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31")
    assert (found.start, found.live, found.lapsed_on) == (None, None, date(2026, 6, 30))


def test_the_start_is_the_later_of_evidence_and_forecast() -> None:
    """Both by date and position."""
    later = claim(GTX, "2026-02-01 opp-1 forecasts gtx-pro, rack expected 2026-04-30", line="rack")
    assert later.start == later.forecast.order
    assert later.live == Span(date(2026, 2, 1), date(2026, 7, 30), None)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["2026-02-10 opp-1 lost"],
            [
                ("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29"),
                ("2026-02-10", "2026-03-31", "2026-02-10", "2026-05-11"),
            ],
        ),
        (
            ["2026-01-10 opp-1 lost"],
            [("2026-01-10", "2026-03-31", "2026-01-10", "2026-04-10")],
        ),
        (
            ["2026-02-10 opp-1 lost", "2026-02-05 opp-1 lost"],
            [
                ("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29"),
                ("2026-02-05", "2026-03-31", "2026-02-05", "2026-05-06"),
            ],
        ),
        (
            ["2026-02-01 opp-1 extended to 2026-05-31", "2026-02-01 opp-1 extended to 2026-06-30"],
            [
                ("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29"),
                ("2026-02-01", "2026-06-30", "2026-06-30", "2026-09-28"),
            ],
        ),
        (
            ["2026-06-29 opp-1 extended to 2026-05-31"],
            [
                ("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29"),
                ("2026-06-29", "2026-05-31", "2026-05-31", "2026-08-29"),
            ],
        ),
        (
            ["2026-01-10 figure grace_days set to 3650", "2026-02-01 opp-1 extended to 9999-01-01"],
            [
                ("2026-01-10", "2026-03-31", "2026-03-31", "2036-03-28"),
                ("2026-02-01", "9999-01-01", "9999-01-01", "9999-12-31"),
            ],
        ),
    ],
)
def test_clocks_one_after_the_other(lines: list[str], expected: list[tuple[str, str, str, str]]) -> None:
    """Each from the day on which the business knew it."""
    assert clocks(claim(GTX, *lines)) == expected


def test_a_deadline_beyond_the_calendar_never_comes() -> None:
    """Such a claim does not lapse."""
    found = claim("2026-01-10 jane establishes opp-1 on gtx-pro expected 9999-11-01")
    assert found.clocks[0].value.deadline_on == FOREVER
    assert (found.over_on, found.lapsed_on) == (FOREVER, None)


def test_an_extension_into_the_past_ends_a_claim_on_its_own_day() -> None:
    """The days before keep what they were, although the new deadline lies before them."""
    found = claim(GTX, "2026-06-20 opp-1 extended to 2026-01-31")
    assert clocks(found)[-1] == ("2026-06-20", "2026-01-31", "2026-01-31", "2026-05-01")
    assert found.lapsed_on == date(2026, 6, 20)
    assert found.live == Span(date(2026, 1, 10), date(2026, 6, 20), None)


def test_why_a_line_is_reserved_until_then() -> None:
    """The forecast, the extension, the loss and the figure that set the clock, and their dates."""
    telling = told(
        "2026-01-01 figure grace_days set to 60 [figure]",
        GTX,
        "2026-03-01 opp-1 extended to 2026-05-31 [extension]",
        "2026-04-10 opp-1 lost [loss]",
    )
    by_day = {
        day: next(right for right in telling.ledger.rights("acme", date.fromisoformat(day)) if right.line == "gtx-pro")
        for day in ("2026-01-10", "2026-03-01", "2026-04-10")
    }
    assert {day: cited(telling, right.reasons)[1] for day, right in by_day.items()} == {
        "2026-01-10": ("OM-GRACE", "forecast figure"),
        "2026-03-01": ("OM-GRACE", "forecast extension figure"),
        "2026-04-10": ("OM-GRACE", "forecast extension loss figure"),
    }
    assert by_day["2026-01-10"].reasons[1].facts == (
        ("forecast_on", "2026-01-10"),
        ("anchor", "2026-03-31"),
        ("days", "60"),
        ("deadline", "2026-05-30"),
    )
    assert by_day["2026-04-10"].reasons[1].facts == (
        ("forecast_on", "2026-01-10"),
        ("anchor", "2026-05-31"),
        ("extended_on", "2026-03-01"),
        ("lost_on", "2026-04-10"),
        ("days", "60"),
        ("deadline", "2026-06-09"),
    )


def test_a_loss_on_or_after_the_anchor_is_no_reason() -> None:
    """It did not start the clock."""
    for loss in ("2026-03-31 opp-1 lost [loss]", "2026-04-10 opp-1 lost [loss]"):
        telling = told(GTX, loss)
        (right,) = telling.ledger.rights("acme", date(2026, 5, 1))
        assert cited(telling, right.reasons)[1] == ("OM-GRACE", "forecast")
        assert "lost_on" not in dict(right.reasons[1].facts)


@pytest.mark.parametrize(
    ("lines", "status", "on", "contract", "reason"),
    [
        (
            ["2026-03-15 opp-1 awarded gtx-pro on c-1"],
            "won",
            date(2026, 3, 15),
            "c-1",
            ("OM-WON", (("line", "gtx-pro"), ("contract_id", "c-1"), ("on", "2026-03-15"))),
        ),
        (
            ["2026-03-15 opp-1 forecasts support expected 2026-03-31"],
            "ended",
            date(2026, 3, 15),
            None,
            ("OM-FORECAST-ONLY", (("line", "gtx-pro"), ("on", "2026-03-15"))),
        ),
        (
            ["2026-03-15 opp-1 abandoned"],
            "ended",
            date(2026, 3, 15),
            None,
            ("OM-ABANDON", (("on", "2026-03-15"),)),
        ),
        (
            ["2026-03-15 opp-1 abandoned", "2026-03-10 opp-1 abandoned"],
            "ended",
            date(2026, 3, 10),
            None,
            ("OM-ABANDON", (("on", "2026-03-10"),)),
        ),
    ],
)
def test_how_a_claim_ends(
    lines: list[str], status: str, on: date, contract: str | None, reason: tuple[str, tuple[tuple[str, str], ...]]
) -> None:
    """Won on a contract, dropped or given up, and why."""
    ending = claim(BOTH, *lines).ending
    assert ending is not None
    assert (ending.status, ending.on, ending.contract_id) == (status, on, contract)
    assert ending.reason == Reason(reason[0], ending.reason.event_ids, reason[1])
    assert len(ending.reason.event_ids) == 1


def test_a_claim_that_ended_does_not_lapse() -> None:
    """Nor does an ending move when another follows."""
    found = claim(BOTH, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2026-04-01 opp-1 abandoned")
    assert found.lapsed_on is None
    assert found.live == Span(date(2026, 1, 10), date(2026, 3, 15), None)
    assert found.won is not None
    assert (found.won.since, found.won.until, found.over_on) == (date(2026, 3, 15), FOREVER, date(2026, 3, 15))


@pytest.mark.parametrize(
    ("ended", "until"),
    [("2028-03-15", date(2028, 3, 15)), ("2026-03-15", date(2026, 3, 15)), ("2026-03-01", date(2026, 3, 15))],
)
def test_a_right_won_until_the_contract_ends(ended: str, until: date) -> None:
    """For no day if the contract ended before it was awarded; the first end counts."""
    found = claim(BOTH, "2026-03-15 opp-1 awarded gtx-pro on c-1", f"{ended} c-1 ended", "2030-01-01 c-1 ended")
    assert found.won is not None
    assert (found.won.since, found.won.until) == (date(2026, 3, 15), until)
    assert found.contract_ended is not None
    assert str(found.contract_ended.effective_on) == ended


@pytest.mark.parametrize(
    ("lines", "fate"),
    [
        (["2026-06-29 opp-1 awarded gtx-pro on c-1"], "won"),
        (["2026-06-30 opp-1 awarded gtx-pro on c-1"], None),
        (["2026-01-10 opp-1 awarded gtx-pro on c-1"], "won"),
        (["2026-01-09 opp-1 awarded gtx-pro on c-1"], None),
        (["2026-02-01 opp-1 abandoned", "2026-02-02 opp-1 awarded gtx-pro on c-1"], "ended"),
        (["2026-02-01 opp-1 awarded gtx-pro on c-1", "2026-02-01 opp-1 awarded gtx-pro on c-2"], "won"),
    ],
)
def test_an_award_counts_while_the_claim_is_live(lines: list[str], fate: str | None) -> None:
    """From its first day through its deadline."""
    ending = claim(GTX, *lines).ending
    assert (ending.status if ending else None) == fate
    assert (ending.contract_id if ending else None) == ("c-1" if fate == "won" else None)


def test_an_award_counts_for_a_line_first_named_later_that_day() -> None:
    """A claim is live on whole days."""
    lines = (GTX, "2026-03-15 opp-1 awarded rack on c-1", "2026-03-14 opp-1 awarded rack on c-2")
    found = claim(*lines, "2026-03-15 opp-1 forecasts gtx-pro, rack expected 2026-03-31", line="rack")
    assert found.ending is not None
    assert (found.ending.status, found.ending.contract_id) == ("won", "c-1")


FORECAST = "opp-1 forecasts gtx-pro, rack expected 2026-12-31"
EXTENSION = "opp-1 extended to 2026-12-31"


@pytest.mark.parametrize("what", [FORECAST, EXTENSION])
@pytest.mark.parametrize(
    ("lines", "last", "over"),
    [
        ([], "2026-06-29", "2026-06-30"),
        (["2026-02-01 opp-1 abandoned"], "2026-01-31", "2026-02-01"),
        (["2026-02-01 opp-1 lost"], "2026-05-02", "2026-05-03"),
        (["2026-02-01 opp-1 extended to 2026-04-30"], "2026-07-29", "2026-07-30"),
    ],
)
def test_what_is_over_is_not_forecast_or_extended(lines: list[str], last: str, over: str, what: str) -> None:
    """On the last day it still is, on the next it is refused, in words that fit."""
    told(GTX, *lines, f"{last} {what}")
    refused = refusal(GTX, *lines, f"{over} {what}")
    verb = "extended" if what == EXTENSION else "forecast again"
    assert (refused.rule, refused.pointer) == ("OM-LAPSED", "/data/opportunity_id")
    assert refused.detail == (
        f"on {over} the opportunity has lapsed or was abandoned: it cannot be {verb}; a new claim is a new opportunity"
    )


def test_a_line_won_keeps_the_opportunity_until_its_contract_ends() -> None:
    """Forecasting goes on beside a contract, though another line has lapsed; extending has nothing to extend."""
    won = (BOTH, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2028-03-15 c-1 ended")
    told(*won, f"2028-03-14 {FORECAST}")
    assert refusal(*won, f"2028-03-15 {FORECAST}").rule == "OM-LAPSED"
    assert refusal(*won, f"2026-06-30 {EXTENSION}").rule == "OM-LAPSED"


def test_nothing_lapsed_nothing_over() -> None:
    """When every line was won and its contract has ended the opportunity may be forecast again."""
    told(GTX, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2027-03-15 c-1 ended", f"2027-04-01 {FORECAST}")


def test_an_extension_before_any_forecast_moves_nothing() -> None:
    """It is taken, and the first forecast sets the anchor."""
    found = claim("2026-01-05 opp-1 extended to 2026-12-31", GTX)
    assert clocks(found) == [("2026-01-10", "2026-03-31", "2026-03-31", "2026-06-29")]


def test_a_forecast_that_turns_out_too_late_counts_for_nothing() -> None:
    """It was accepted, but a loss learnt of afterwards let the line lapse before it."""
    lines = (GTX, f"2026-06-20 {FORECAST} [late]", "2026-02-01 opp-1 lost")
    assert "rack" not in read_opportunity("opp-1", history(*lines), told().ledger.world).claims
    assert list(read_opportunity("opp-1", history(*lines), told().ledger.world).ignored.values()) == ["OM-LAPSED"]


def test_evidence_given_by_a_forecast_that_came_too_late_does_not_count() -> None:
    """An opportunity is not established by a forecast that nobody may record."""
    lines = (
        "2026-01-10 jane appointed to opp-1",
        "2026-01-10 opp-1 forecasts gtx-pro expected 2026-03-31 [forecast]",
        f"2026-06-20 {FORECAST}",
        "2026-02-01 opp-1 lost",
    )
    read = read_opportunity("opp-1", history(*lines), told().ledger.world)
    assert read.establishment.evidence["a forecast"].effective_on == date(2026, 1, 10)
