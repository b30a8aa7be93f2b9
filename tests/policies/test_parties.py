"""Parties: who acts as whom on a day, and who may be in charge."""

from datetime import date

import pytest
from msgspec.structs import replace

from policies.parties import Asker, Parties, Party
from tests.scenarios.telling import history, told

BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 1)


@pytest.mark.parametrize(
    ("who", "acting", "partner"),
    [
        ("jane", "jane", False),
        ("house", "house", False),
        ("north", "north", True),
        ("nora", "north", True),
        ("sven", "south", True),
        ("cleo", "cleo", False),
        ("nobody", "nobody", False),
    ],
)
def test_who_acts_as_whom(who: str, acting: str, partner: bool) -> None:
    """A person of a partner acts as it, a contact of a company as themselves."""
    parties = told().ledger.world.parties
    assert parties.asker(who, BEFORE) == Asker(who, acting, partner)
    assert (parties.acting_as(who, BEFORE), parties.is_partner(who, BEFORE)) == (acting, partner)


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("2026-03-01 nora registered as contact of east", "north", "east"),
        ("2026-03-01 nora registered as contact", "north", "nora"),
        ("2026-03-01 jane registered as employee of north", "jane", "north"),
        ("2026-03-01 jane registered as contact of cleo", "jane", "jane"),
        ("2026-03-01 nora registered as company of north", "north", "nora"),
        ("2026-03-01 nora registered as partner of north", "north", "nora"),
        ("2026-03-01 north registered as company", "north", "nora"),
    ],
)
def test_registered_anew(line: str, before: str, after: str) -> None:
    """The registration in effect on the day decides, of the person and of the organisation."""
    parties = told(line).ledger.world.parties
    who = "jane" if "jane" in line else "nora"
    assert [parties.acting_as(who, day) for day in (BEFORE, AFTER)] == [before, after]
    assert parties.edges == {date(2020, 1, 1), AFTER}


def test_the_first_registration_holds_before_its_date_too() -> None:
    """Nobody is unknown on an earlier day; of two on one day the later recorded holds."""
    parties = told(
        "2026-03-01 zoe registered as contact of north",
        "2026-01-01 zoe registered as contact of east",
        "2026-03-01 zoe registered as contact of south",
    ).ledger.world.parties
    days = (date(2019, 1, 1), date(2026, 1, 1), BEFORE, AFTER, date.max)
    assert [parties.acting_as("zoe", day) for day in days] == ["east", "east", "east", "south", "south"]
    assert parties.edges == {date(2026, 1, 1), AFTER}


def test_versions_in_order() -> None:
    """With their dates; none of a party that was never registered."""
    registrations = history(
        "2026-03-01 zoe registered as contact of north", "2026-01-01 zoe registered as partner of tier co_sell"
    )
    parties = Parties(registrations)
    assert parties.versions("zoe") == [
        (date(2026, 1, 1), Party("zoe", "Zoe", "partner", "co_sell")),
        (date(2026, 3, 1), Party("zoe", "Zoe", "contact", None, "north")),
    ]
    assert parties.version("zoe", date(2025, 1, 1)) == Party("zoe", "Zoe", "partner", "co_sell")
    assert parties.versions("nobody") == []
    assert parties.version("nobody", BEFORE) is None


def test_parties_that_never_changed_have_no_edges() -> None:
    """Nothing turns on the day of a first registration."""
    assert told().ledger.world.parties.edges == set()
    assert Parties().edges == set()


def test_only_registrations_are_taken_in() -> None:
    """Other facts say nothing about parties."""
    assert Parties(history("2026-01-10 jane appointed to opp-1")).versions("jane") == []


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("jane", True),
        ("strat", True),
        ("canal", True),
        ("north", False),
        ("south", False),
        ("nora", False),
        ("sven", False),
        ("cleo", False),
        ("house", False),
        ("nobody", False),
    ],
)
def test_who_may_be_in_charge(who: str, may: bool) -> None:
    """Employees, and partners of the two strategic tiers."""
    assert told().ledger.world.parties.may_be_major_account_manager(who, BEFORE) is may


def test_a_registration_at_a_high_position_holds_on_its_own_day() -> None:
    """Positions grow without end."""
    (fact,) = history("2026-03-01 zoe registered as contact of north")
    later = replace(fact, position=10**12, event=fact.event.model_copy(update={"effective_on": AFTER}))
    assert Parties([later]).acting_as("zoe", AFTER) == "zoe"
    partner = told().ledger.log
    assert Parties([*partner, later]).acting_as("zoe", AFTER) == "north"
