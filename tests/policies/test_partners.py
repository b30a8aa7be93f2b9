"""Partners: their parts in an opportunity, and which renewal dates and copies were met."""

from datetime import date

import pytest

from policies.days import FOREVER
from policies.figures import Figures
from policies.parties import Parties
from policies.partners import copies_met, inclusions, inclusions_met, renewal_dates, renewals_met
from policies.world import World
from tests.scenarios.telling import cited, history, told

Part = tuple[str, str, str, str, str | None, str]


def parts(*lines: str) -> list[Part]:
    """Every part after these facts: partner, line, role, since, until, and when the partner came in."""
    return [
        (
            span.value.partner_id,
            span.value.line,
            span.value.role,
            str(span.since),
            None if span.until == FOREVER else str(span.until),
            str(span.value.since),
        )
        for span in inclusions(history(*lines))
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["2026-02-01 south co-sells rack, cable in opp-1"],
            [
                ("south", "cable", "co_sell", "2026-02-01", None, "2026-02-01"),
                ("south", "rack", "co_sell", "2026-02-01", None, "2026-02-01"),
            ],
        ),
        (
            ["2026-02-01 south co-sells rack in opp-1", "2026-03-01 south released from opp-1"],
            [("south", "rack", "co_sell", "2026-02-01", "2026-03-01", "2026-02-01")],
        ),
        (
            ["2026-02-01 south co-sells rack in opp-1", "2026-02-01 south released from opp-1"],
            [],
        ),
        (
            ["2026-02-01 south co-sells rack in opp-1", "2026-03-01 south is resold for rack in opp-1"],
            [
                ("south", "rack", "co_sell", "2026-02-01", "2026-03-01", "2026-02-01"),
                ("south", "rack", "prime_resale", "2026-03-01", None, "2026-03-01"),
            ],
        ),
        (
            ["2026-02-01 south co-sells rack in opp-1", "2026-03-01 south co-sells cable, rack in opp-1"],
            [
                ("south", "rack", "co_sell", "2026-02-01", "2026-03-01", "2026-02-01"),
                ("south", "cable", "co_sell", "2026-03-01", None, "2026-02-01"),
                ("south", "rack", "co_sell", "2026-03-01", None, "2026-02-01"),
            ],
        ),
        (
            [
                "2026-02-01 south co-sells rack in opp-1",
                "2026-03-01 south released from opp-1",
                "2026-04-01 south co-sells rack in opp-1",
            ],
            [
                ("south", "rack", "co_sell", "2026-02-01", "2026-03-01", "2026-02-01"),
                ("south", "rack", "co_sell", "2026-04-01", None, "2026-04-01"),
            ],
        ),
        (
            [
                "2026-02-01 south co-sells rack in opp-1",
                "2026-02-01 south is resold for cable in opp-1",
                "2026-02-01 north co-sells rack in opp-1",
                "2026-03-01 south released from opp-1",
                "2026-04-01 south is resold for cable in opp-1",
            ],
            [
                ("north", "rack", "co_sell", "2026-02-01", None, "2026-02-01"),
                ("south", "cable", "prime_resale", "2026-02-01", "2026-03-01", "2026-02-01"),
                ("south", "rack", "co_sell", "2026-02-01", "2026-03-01", "2026-02-01"),
                ("south", "cable", "prime_resale", "2026-04-01", None, "2026-04-01"),
            ],
        ),
        (["2026-02-01 south released from opp-1"], []),
    ],
)
def test_a_part_lasts_until_the_release_or_another_role(lines: list[str], expected: list[Part]) -> None:
    """Line by line; who comes back after a release comes in anew."""
    assert parts(*lines) == expected


def test_why_a_partner_takes_part() -> None:
    """The inclusion, the line and the day, by the rule of its role."""
    telling = told(
        "2026-02-01 south co-sells rack in opp-1 [co-sell]", "2026-02-02 north is resold for cable in opp-1 [prime]"
    )
    rights = telling.ledger.rights("acme", date(2026, 2, 2))
    assert [(right.kind, right.holder, right.line, right.status, right.opportunity_id) for right in rights] == [
        ("co_sell_partner", "south", "rack", "active", "opp-1"),
        ("prime_partner", "north", "cable", "active", "opp-1"),
    ]
    assert [cited(telling, right.reasons) for right in rights] == [[("CO-SELL", "co-sell")], [("PRIME", "prime")]]
    assert [right.reasons[0].facts for right in rights] == [
        (("partner_id", "south"), ("line", "rack"), ("on", "2026-02-01")),
        (("partner_id", "north"), ("line", "cable"), ("on", "2026-02-02")),
    ]


@pytest.mark.parametrize(
    ("first", "months", "until", "expected"),
    [
        ("2027-03-15", 12, "2027-03-14", ["2027-03-15"]),
        ("2027-03-15", 12, "2027-03-15", ["2027-03-15"]),
        ("2027-03-15", 12, "2027-03-16", ["2027-03-15", "2028-03-15"]),
        ("2027-01-31", 1, "2027-04-01", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2024-02-29", 12, "2026-01-01", ["2024-02-29", "2025-02-28", "2026-02-28"]),
        ("9998-06-15", 12, "9999-12-31", ["9998-06-15", "9999-06-15", "9999-12-31"]),
    ],
)
def test_renewal_dates_up_to_the_one_ahead(first: str, months: int, until: str, expected: list[str]) -> None:
    """Counted from the first date each, so that a short month does not shorten the next."""
    found = renewal_dates(date.fromisoformat(first), months, date.fromisoformat(until))
    assert list(map(str, found)) == expected


FIRST = date(2027, 3, 15)
AWARD = "2026-03-15 opp-1 awarded rack on c-1"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        (["2027-03-10 c-1 renewed from 2027-03-15 until 2028-03-15 for rack"], [("2027-03-15", "2027-03-10")]),
        (["2027-03-10 c-1 renewed from 2027-03-15 until 2027-03-16 for rack"], [("2027-03-15", "2027-03-10")]),
        (["2027-03-10 c-1 renewed from 2027-03-16 until 2028-03-15 for rack"], []),
        (["2027-03-10 c-1 renewed from 2027-03-01 until 2027-03-15 for rack"], []),
        (
            ["2027-03-10 c-1 renewed from 2027-01-01 until 2029-01-01 for rack"],
            [("2027-03-15", "2027-03-10"), ("2028-03-15", "2027-03-10")],
        ),
    ],
)
def test_a_renewal_meets_the_dates_its_period_covers(lines: list[str], expected: list[tuple[str, str]]) -> None:
    """From the day on which it was agreed."""
    met = renewals_met(FIRST, 12, history(AWARD, *lines))
    assert [(str(due), str(on)) for due, on in met] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["2026-12-14 opp-1 coordinated with south"], []),
        (["2026-12-15 opp-1 coordinated with south"], [("2027-03-15", "2026-12-15")]),
        (["2027-03-15 opp-1 coordinated with south"], [("2027-03-15", "2027-03-15")]),
        (["2027-03-16 opp-1 coordinated with south"], []),
        (["2027-01-01 opp-1 coordinated with north, sven"], [("2027-03-15", "2027-01-01")]),
        (["2027-01-01 opp-1 coordinated with north, jane"], []),
        (["2027-01-01 opp-1 coordinated"], []),
        (
            ["2027-02-01 opp-1 coordinated with south", "2027-01-01 opp-1 coordinated with south"],
            [("2027-03-15", "2027-01-01")],
        ),
        (
            ["2027-02-01 opp-1 coordinated with south", "2028-02-01 opp-1 coordinated with south"],
            [("2027-03-15", "2027-02-01"), ("2028-03-15", "2028-02-01")],
        ),
        (["2027-01-01 figure inclusion_window_days set to 0", "2027-03-14 opp-1 coordinated with south"], []),
        (
            ["2027-01-01 figure inclusion_window_days set to 0", "2027-03-15 opp-1 coordinated with south"],
            [("2027-03-15", "2027-03-15")],
        ),
        (
            ["2027-03-16 figure inclusion_window_days set to 0", "2027-03-14 opp-1 coordinated with south"],
            [("2027-03-15", "2027-03-14")],
        ),
        (
            ["2026-01-01 figure inclusion_window_days set to 730", "2026-06-01 opp-1 coordinated with south"],
            [("2027-03-15", "2026-06-01"), ("2028-03-15", "2026-06-01")],
        ),
    ],
)
def test_a_coordination_in_the_window_meets_a_date(lines: list[str], expected: list[tuple[str, str]]) -> None:
    """With the partner or somebody acting as it, by the window of the renewal's own day."""
    telling = told(*lines)
    facts = [fact for fact in telling.ledger.log if fact.type == "coordination_recorded"]
    met = inclusions_met(FIRST, 12, "south", facts, telling.ledger.world)
    assert [(str(due), str(on)) for due, on in met] == expected


def test_whom_a_coordination_was_with_is_judged_on_its_own_day() -> None:
    """Both the partner included and the party met act as they did then."""
    telling = told(
        "2027-02-01 nora registered as contact of south",
        "2027-01-31 opp-1 coordinated with nora",
        "2027-02-01 opp-1 coordinated with nora",
    )
    facts = [fact for fact in telling.ledger.log if fact.type == "coordination_recorded"]
    for partner, day in (("south", "2027-02-01"), ("north", "2027-01-31")):
        ((_, met_on),) = inclusions_met(FIRST, 12, partner, facts, telling.ledger.world)
        assert str(met_on) == day
    world = telling.ledger.world
    assert [str(on) for _, on in inclusions_met(FIRST, 12, "nora", facts, world)] == ["2027-01-31"]


def test_a_coordination_of_somebody_else_meets_nothing() -> None:
    """Without a register everybody acts as themselves."""
    facts = history("2027-01-01 opp-1 coordinated with sven")
    assert inclusions_met(FIRST, 12, "south", facts, World(Figures(), Parties())) == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["2026-02-01 south sends a quote on opp-1"], "2026-02-01"),
        (["2026-02-01 south sends a contract on opp-1"], "2026-02-01"),
        (["2026-01-31 south sends a quote on opp-1"], None),
        (["2026-01-31 south sends a quote on opp-1", "2026-03-01 south sends a contract on opp-1"], "2026-03-01"),
        (["2026-03-01 sven sends a quote on opp-1", "2026-04-01 south sends a quote on opp-1"], "2026-03-01"),
        (["2026-03-01 north sends a quote on opp-1"], None),
    ],
)
def test_the_first_copy_after_the_inclusion(lines: list[str], expected: str | None) -> None:
    """Of a quote or a contract, from the partner or somebody acting as it."""
    found = copies_met("south", date(2026, 2, 1), history(*lines), told().ledger.world.parties)
    assert (str(found.effective_on) if found else None) == expected
