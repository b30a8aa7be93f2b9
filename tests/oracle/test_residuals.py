"""Section 8 worked out by hand: streams, bases, splits, statements, adjustments and refusals."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests import oracle
from tests.oracle.residuals import in_minor_units, overlay_of, split
from tests.oracle.telling import Story, day

EVER = (date(1900, 1, 1), date(2200, 1, 1))


@pytest.fixture
def story() -> Story:
    """Ann is established on opp-1 since 10 January 2026, with x and y expected on 31 March."""
    told = Story()
    told.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x", "y")
    return told


@pytest.fixture
def won(story: Story) -> Story:
    """Ann won x and y on c-1 on 1 March 2026; it renews every month from 1 April."""
    story.award("opp-1", "c-1", "2026-03-01", "x", "y", renewal=(1, "2026-04-01"))
    return story


def thirds(*percents: str) -> dict[str, Decimal]:
    """Parties p1, p2, … with these percentages."""
    return {f"p{number}": Decimal(percent) for number, percent in enumerate(percents, 1)}


# ---- exact money ----


@pytest.mark.parametrize(
    ("amount", "currency", "percents", "expected"),
    [
        # 33.3333 % of 10000 cents is 3333.33, 33.3334 % is 3333.34: the cent left goes to the largest remainder
        ("100.00", "USD", ["33.3333", "33.3333", "33.3334"], [3333, 3333, 3334]),
        # of one cent everybody has a third of a cent: the largest remainder is that of 33.3334 %
        ("0.01", "USD", ["33.3333", "33.3333", "33.3334"], [0, 0, 1]),
        # a yen has no parts: 33.3333, 33.3333, 33.3334 yen
        ("100", "JPY", ["33.3333", "33.3333", "33.3334"], [33, 33, 34]),
        # one fils, half each: remainder and percentage are equal, so the party id decides
        ("0.001", "BHD", ["50", "50"], [1, 0]),
        # 3 units: 1.5, 0.75, 0.75; one whole and 0.5, 0.75, 0.75 are left: the two larger remainders
        ("0.0003", "CLF", ["50", "25", "25"], [1, 1, 1]),
        # 2 cents: 1.5 and 0.5 have equal remainders: the larger percentage has it
        ("0.02", "USD", ["25", "75"], [0, 2]),
        ("0.00", "USD", ["60", "40"], [0, 0]),
        ("12345.67", "USD", ["100"], [1234567]),
    ],
)
def test_a_split_is_by_largest_remainder(amount: str, currency: str, percents: list[str], expected: list[int]) -> None:
    """RESIDUAL-EXACT, in minor units, and it always adds up."""
    base = in_minor_units(amount, currency)
    assert list(split(base, thirds(*percents)).values()) == expected
    assert sum(expected) == base


def test_the_order_of_the_parties_makes_no_difference() -> None:
    """One cent between two halves goes to the first party id, however they are named."""
    assert split(1, {"b": Decimal(50), "a": Decimal(50)}) == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    ("base", "percent", "expected"),
    [(5, "10", 1), (4, "10", 0), (15, "10", 2), (10_000, "33.3333", 3333), (0, "10", 0)],
)
def test_half_of_a_minor_unit_of_a_credit_is_rounded_up(base: int, percent: str, expected: int) -> None:
    """10 % of 5 is 0.5, so 1; of 4 it is 0.4, so 0; of 15 it is 1.5, so 2."""
    assert overlay_of(base, Decimal(percent)) == expected


# ---- streams ----


def test_a_stream_begins_with_the_award_and_ends_with_the_contract(won: Story) -> None:
    """RESIDUAL: it needs no live claim later on."""
    won.end_contract("c-1", "2028-03-01")
    days = ["2026-02-28", "2026-03-01", "2028-02-29", "2028-03-01"]
    assert [won.holders("residual", each) for each in days] == [set(), {"ann"}, {"ann"}, set()]
    rows = oracle.rights(won.events, day("2026-03-01"), won.head)
    assert oracle.RightRow("residual", "ann", "opp-1", None, "c-1", "active", None) in rows


def test_a_contract_without_terms_makes_a_stream_once_an_award_states_them(story: Story) -> None:
    """Its first holder is the manager of that later award."""
    story.award("opp-1", "c-1", "2026-03-01", "x")
    story.hand_over("opp-1", "bob", "2026-03-05", residuals=True)
    story.award("opp-1", "c-1", "2026-03-10", "y", renewal=(12, "2027-03-01"))
    days = ["2026-03-05", "2026-03-09", "2026-03-10"]
    assert [story.holders("residual", each) for each in days] == [set(), set(), {"bob"}]


def test_an_award_that_came_too_late_makes_no_stream(story: Story) -> None:
    """OM-LATE-AWARD: 31 March plus 90 days is 29 June."""
    story.award("opp-1", "c-1", "2026-06-30", "x", renewal=(12, "2027-03-01"))
    story.award("opp-1", "c-2", "2026-06-29", "y", renewal=(12, "2027-03-01"))
    assert {each.contract for each in oracle.streams(story.events, day("2026-07-01"), story.head)} == {"c-2"}


@pytest.mark.parametrize(
    ("move", "moved"),
    [
        (lambda story: story.hand_over("opp-1", "bob", "2026-05-01", residuals=None), False),
        (lambda story: story.hand_over("opp-1", "bob", "2026-05-01", residuals=False), False),
        (lambda story: story.hand_over("opp-1", "bob", "2026-05-01", residuals=True), True),
        (lambda story: story.reassign("opp-1", "bob", "2026-05-01", residuals=None), True),
        (lambda story: story.reassign("opp-1", "bob", "2026-05-01", residuals=False), False),
    ],
)
def test_residuals_move_if_the_move_says_so(won: Story, move: Callable[[Story], str], moved: bool) -> None:
    """HANDOVER: only if it says so. REASSIGN: unless it says otherwise. From its date on."""
    move(won)
    assert won.holders("residual", "2026-04-30") == {"ann"}
    assert won.holders("residual", "2026-05-01") == ({"bob"} if moved else {"ann"})


def test_on_the_day_of_the_award_the_order_of_recording_decides(story: Story) -> None:
    """Handed over without residuals before the award the stream begins with bob; after it, it stays with bob."""
    story.hand_over("opp-1", "bob", "2026-03-01")
    story.award("opp-1", "c-1", "2026-03-01", "x", renewal=(12, "2027-03-01"))
    story.hand_over("opp-1", "cyd", "2026-03-01")
    assert story.holders("residual", "2026-03-01") == {"bob"}
    assert story.holders("opportunity_manager", "2026-03-01") == {"cyd"}


def test_an_award_recorded_before_the_appointment_of_its_day_begins_with_the_manager_of_the_day() -> None:
    """Nobody was manager by then in order of recording; ann is on that day."""
    story = Story()
    story.award("opp-1", "c-1", "2026-01-10", "x", renewal=(12, "2027-01-10"))
    story.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x")
    assert story.holders("residual", "2026-01-10") == {"ann"}


# ---- what a renewal earns ----


def test_a_renewal_earns_on_what_was_won_and_is_not_co_sold(won: Story) -> None:
    """RESIDUAL-BASE: 100.00 for x; y is copra's, z was not awarded."""
    won.include("opp-1", "copra", "co_sell", "2026-02-01", "y")
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00", y="50.00", z="25.00")
    assert won.earned("2026-04-01") == {("share", "ann", 10000, 10000, "opp-1")}
    assert {(each.line, each.reason) for each in oracle.left_out(won.events, won.head)} == {
        ("y", "co_sell"),
        ("z", "not_won"),
    }


def test_prime_resold_lines_earn(won: Story) -> None:
    """They are the company's own business."""
    won.include("opp-1", "resol", "prime_resale", "2026-02-01", "y")
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00", y="50.00")
    assert won.earned("2026-04-01") == {("share", "ann", 15000, 15000, "opp-1")}


def test_all_is_judged_on_the_start_of_the_period(won: Story) -> None:
    """A renewal recorded in May for April has the holder and the partner of 1 April."""
    won.include("opp-1", "copra", "co_sell", "2026-04-02", "y")
    won.reassign("opp-1", "bob", "2026-04-02")
    won.renew("c-1", "2026-05-20", "2026-04-01", "2026-05-01", "x", "y")
    won.renew("c-1", "2026-05-20", "2026-05-01", "2026-06-01", "x", "y")
    assert won.earned("2026-04-01") == {("share", "ann", 200_000, 200_000, "opp-1")}
    assert won.earned("2026-05-01") == {("share", "bob", 100_000, 100_000, "opp-1")}


def test_the_parties_of_the_share_in_force_earn_instead_of_the_holder(won: Story) -> None:
    """RESIDUAL-SHARE: 0.01 between 60 and 40 is all bob's, who is not the holder; after the share it is ann's."""
    won.agree("opp-1", "a-1", "2026-04-01", ("bob", "60"), ("cyd", "40"), until="2026-05-01")
    won.pay("c-1", "2026-04-01", "2026-05-01", x="0.01")
    won.pay("c-1", "2026-05-01", "2026-06-01", x="0.01")
    assert won.earned("2026-04-01") == {("share", "bob", 1, 1, "opp-1"), ("share", "cyd", 1, 0, "opp-1")}
    assert won.earned("2026-05-01") == {("share", "ann", 1, 1, "opp-1")}


def test_credits_beside_the_split_never_change_it(won: Story) -> None:
    """Dan has 10 % of 0.05, which is half a cent, so one; ann and bob still have all of it."""
    overlays = [{"party_id": "dan", "percent": "10"}]
    won.agree("opp-1", "a-1", "2026-04-01", ("ann", "60"), ("bob", "40"), overlays=overlays)
    won.pay("c-1", "2026-04-01", "2026-05-01", x="0.05")
    assert won.earned("2026-04-01") == {
        ("share", "ann", 5, 3, "opp-1"),
        ("share", "bob", 5, 2, "opp-1"),
        ("overlay", "dan", 5, 1, "opp-1"),
    }


def test_a_holder_whose_lines_are_all_left_out_has_a_line_of_nothing(won: Story) -> None:
    """Somebody is entitled, to nothing: so it is not unassigned."""
    won.pay("c-1", "2026-04-01", "2026-05-01", z="25.00")
    assert won.earned("2026-04-01") == {("share", "ann", 0, 0, "opp-1")}


def test_a_renewal_without_a_stream_is_nobodys(story: Story) -> None:
    """RESIDUAL-NOBODY: won without renewal terms it keeps its base; awarded too late it has none."""
    story.award("opp-1", "c-1", "2026-03-01", "x")
    story.award("opp-1", "c-2", "2026-06-30", "y", renewal=(1, "2026-07-01"))
    story.pay("c-1", "2026-07-01", "2026-08-01", x="100.00")
    story.pay("c-2", "2026-07-01", "2026-08-01", y="100.00")
    assert story.earned("2026-07-01") == {
        ("unassigned", None, 10000, 10000, "opp-1"),
        ("unassigned", None, 0, 0, "opp-1"),
    }


def test_a_renewal_whose_award_was_retracted_is_still_listed() -> None:
    """With nothing, under no opportunity."""
    story = Story()
    story.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x")
    award = story.award("opp-1", "c-1", "2026-03-01", "x", renewal=(1, "2026-04-01"))
    story.pay("c-1", "2026-04-01", "2026-05-01", x="100.00")
    before = story.head
    story.retract(award)
    assert story.earned("2026-04-01") == {("unassigned", None, 0, 0, None)}
    assert story.earned("2026-04-01", before) == {("share", "ann", 10000, 10000, "opp-1")}


def test_a_contract_of_two_opportunities_earns_in_each(won: Story) -> None:
    """X is ann's; z, won in opp-2 on the same contract, is bob's; a renewal of x alone is ann's alone."""
    won.establish("opp-2", "bob", "2026-01-10", "2026-03-31", "z")
    won.award("opp-2", "c-1", "2026-03-10", "z")
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00", z="7.00")
    won.pay("c-1", "2026-05-01", "2026-06-01", x="100.00")
    assert won.earned("2026-04-01") == {("share", "ann", 10000, 10000, "opp-1"), ("share", "bob", 700, 700, "opp-2")}
    assert won.earned("2026-05-01") == {("share", "ann", 10000, 10000, "opp-1")}


def test_an_end_learnt_later_leaves_the_renewal_to_nobody(won: Story) -> None:
    """D8: it is not refused; nothing is won any more on the renewal's start."""
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00")
    won.end_contract("c-1", "2026-04-01")
    assert won.earned("2026-04-01") == {("unassigned", None, 0, 0, "opp-1")}
    assert {each.reason for each in oracle.left_out(won.events, won.head)} == {"contract_ended"}


# ---- months ----


@pytest.fixture
def closed(won: Story) -> Story:
    """100.00 of April were closed as ann's on 1 May; then it turned out that opp-1 was bob's since 15 March."""
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00")
    won.close("2026-04", "2026-05-01")
    won.reassign("opp-1", "bob", "2026-03-15")
    return won


def booked(story: Story, known_at: int | None = None) -> set[tuple[str, str | None, int, int, int]]:
    """Every adjustment: month, party, before, after, difference."""
    found = oracle.adjustments(story.events, *EVER, known_at or story.head)
    return {(each.booked_in, each.party, each.before, each.after, each.difference) for each in found}


def april(story: Story, known_at: int | None = None) -> set[tuple[str | None, int]]:
    """The statement of April: party and amount."""
    rows = oracle.statement(story.events, day("2026-04-01"), day("2026-05-01"), known_at or story.head)
    return {(row.party, row.amount) for row in rows}


def test_a_closed_month_stays_and_what_changed_is_booked_in_the_first_open_one(closed: Story) -> None:
    """PERIOD: April is ann's for ever; May takes 100.00 from ann and gives them to bob."""
    assert april(closed) == {("ann", 10000)}
    assert booked(closed) == {("2026-05", "ann", 10000, 0, -10000), ("2026-05", "bob", 0, 10000, 10000)}
    assert booked(closed, closed.head - 1) == set()


def test_adjustments_stay_in_their_month_once_it_is_closed(closed: Story) -> None:
    """After May is closed bob's 100.00 turn out to be 80.00: June takes 20.00."""
    renewal = next(each["event_id"] for each in closed.events if each["type"] == "contract_renewed")
    closed.close("2026-05", "2026-06-01")
    closed.pay("c-1", "2026-04-01", "2026-05-01", renewal, x="80.00")
    assert april(closed) == {("ann", 10000)}
    assert booked(closed) == {
        ("2026-05", "ann", 10000, 0, -10000),
        ("2026-05", "bob", 0, 10000, 10000),
        ("2026-06", "bob", 10000, 8000, -2000),
    }


def test_a_month_before_the_first_closed_one_is_closed_with_it(closed: Story) -> None:
    """A renewal of March that is learnt of after the closing of April is an adjustment, not a line."""
    closed.pay("c-1", "2026-03-15", "2026-04-01", x="5.00")
    march = oracle.statement(closed.events, day("2026-03-01"), day("2026-04-01"), closed.head)
    assert march == set()
    assert ("2026-05", "bob", 0, 500, 500) in booked(closed)


def test_a_change_that_is_undone_in_the_same_month_is_no_adjustment(won: Story) -> None:
    """Equal amounts are none."""
    won.pay("c-1", "2026-04-01", "2026-05-01", x="100.00")
    won.close("2026-04", "2026-05-01")
    move = won.reassign("opp-1", "bob", "2026-03-15")
    won.retract(move)
    assert booked(won) == set()


# ---- refusals ----


def test_a_renewal_is_in_the_currency_of_the_contract(won: Story) -> None:
    """RESIDUAL-EXACT; a further award of the contract too."""
    other = Story()
    other.pay("c-1", "2026-04-01", "2026-05-01", None, "EUR", x="1.00")
    assert won.refused(other) == "RESIDUAL-EXACT"
    other.award("opp-1", "c-1", "2026-03-02", "x", currency="EUR")
    assert won.refused(other) == "RESIDUAL-EXACT"
    other.award("opp-1", "c-2", "2026-03-02", "x", currency="EUR")
    assert won.refused(other) is None


def test_renewals_of_a_contract_do_not_overlap(won: Story) -> None:
    """RESIDUAL: April is taken; from 1 May it is free, and the renewal of April may be corrected."""
    april = won.pay("c-1", "2026-04-01", "2026-05-01", x="1.00")
    other = Story()
    other.pay("c-1", "2026-04-30", "2026-05-30", x="1.00")
    assert won.refused(other) == "RESIDUAL"
    other.pay("c-1", "2026-05-01", "2026-05-30", x="1.00")
    assert won.refused(other) is None
    other.pay("c-1", "2026-03-31", "2026-04-15", april, x="1.00")
    assert won.refused(other) is None


def test_no_renewal_starts_when_the_contract_has_ended(won: Story) -> None:
    """RESIDUAL: on the day of the end it is too late, the day before it is not."""
    won.end_contract("c-1", "2026-04-02")
    other = Story()
    other.pay("c-1", "2026-04-02", "2026-05-01", x="1.00")
    assert won.refused(other) == "RESIDUAL"
    other.pay("c-1", "2026-04-01", "2026-05-01", x="1.00")
    assert won.refused(other) is None


def test_months_are_closed_once_in_order_and_when_they_are_over(won: Story) -> None:
    """PERIOD: April not on its last day; then only May, from 1 June."""
    other = Story()
    other.close("2026-04", "2026-04-30")
    assert won.refused(other) == "PERIOD"
    closing = won.close("2026-04", "2026-05-01")
    for month, on, expected in [
        ("2026-04", "2026-05-02", "PERIOD"),
        ("2026-03", "2026-05-02", "PERIOD"),
        ("2026-06", "2026-07-01", "PERIOD"),
        ("2026-05", "2026-05-31", "PERIOD"),
        ("2026-05", "2026-06-01", None),
    ]:
        other.close(month, on)
        assert won.refused(other) == expected
    other.retract(closing)
    assert won.refused(other) == "PERIOD"
    other.tell("period_closed", "2026-05-01", None, closing, period="2026-04")
    assert won.refused(other) == "PERIOD"
