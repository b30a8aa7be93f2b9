"""Sections 4 to 6: managers of accounts, shares, partners and what is owed, by hand."""

import pytest

from tests import oracle
from tests.oracle.telling import WORLD, Story, day

PRIME = "orchestrate_prime_renewal"
CO_SELL = "include_co_sell_partner"
SETTLE = "settle_with_mam"
COPIES = "copy_quotes_and_contracts"


@pytest.fixture
def story() -> Story:
    """Ann is established on opp-1 since 10 January 2026, with line x expected on 31 March; it lapses on 30 June."""
    told = Story()
    told.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x")
    return told


def test_a_mam_beside_three_live_claims_of_three_people(story: Story) -> None:
    """Each of them has to settle; bob, in charge himself, does not; nobody loses a right."""
    story.establish("opp-2", "cyd", "2026-01-10", "2026-03-31", "y")
    story.establish("opp-3", "dan", "2026-01-10", "2026-03-31", "z")
    story.put_in_charge("bob", "2026-02-01")
    assert story.owed(SETTLE, "2026-01-31") == set()
    assert story.owed(SETTLE, "2026-02-01") == {(name, None, "open") for name in ("ann", "cyd", "dan")}
    story.hand_over("opp-2", "bob", "2026-02-10")
    assert story.owed(SETTLE, "2026-02-10") == {("ann", None, "open"), ("dan", None, "open")}
    story.propose("opp-3", "a-1", "2026-02-11", "dan", "dan", "bob", from_="2026-02-11")
    story.answer("a-1", "accepted", "bob", "2026-02-12")
    assert story.owed(SETTLE, "2026-02-12") == {("ann", None, "open"), ("dan", None, "met")}
    assert story.holders("opportunity_manager", "2026-02-12") == {"ann", "bob", "dan"}
    assert story.owed(SETTLE, "2026-06-30") == set()


def test_a_share_without_the_mam_of_the_day_settles_nothing(story: Story) -> None:
    """SHARE-MAM: the share with bob settles while bob is in charge, and not under his successor."""
    story.put_in_charge("bob", "2026-02-01")
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "bob", from_="2026-02-01")
    story.answer("a-1", "accepted", "bob", "2026-02-01")
    story.tell("major_account_manager_released", "2026-03-01", reason="moved on")
    story.tell("major_account_manager_appointed", "2026-03-02", party_id="cyd")
    assert [story.owed(SETTLE, each) for each in ("2026-02-28", "2026-03-01", "2026-03-02")] == [
        {("ann", None, "met")},
        set(),
        {("ann", None, "open")},
    ]


def test_a_mam_needs_a_major_account_and_an_empty_chair() -> None:
    """MAM-MAJOR and MAM-PARTNER, at recording and where later knowledge takes the ground away."""
    story = Story()
    elevation = story.tell("account_elevated", "2026-02-01")

    def refused(party: str, on: str) -> str | None:
        other = Story()
        other.tell("major_account_manager_appointed", on, party_id=party)
        return oracle.refused_by(story.events, {**other.events[-1], "event_id": "new"})

    assert refused("bob", "2026-01-31") == "MAM-MAJOR"
    assert [refused(party, "2026-02-01") for party in ("bob", "strat")] == [None, None]
    assert [refused(party, "2026-02-01") for party in ("resol", "copra", "mia", "house")] == ["MAM-PARTNER"] * 4
    story.tell("major_account_manager_appointed", "2026-02-01", party_id="bob")
    assert refused("cyd", "2026-02-02") == "MAM-MAJOR"
    assert story.holders("major_account_manager", "2026-02-01") == {"bob"}
    story.retract(elevation)
    assert story.holders("major_account_manager", "2026-02-01") == set()


def test_growth_goes_to_the_plan_executed_first() -> None:
    """Executing without a plan developed, or without a claim, is not enough."""
    story = Story()
    story.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x")
    story.establish("opp-2", "bob", "2026-01-10", "2026-03-31", "y")
    story.tell("account_plan_executed", "2026-02-01", party_id="ann", milestone="m")
    story.execute_plan("cyd", "2026-02-02")
    assert story.holders("growth", "2026-02-02") == set()
    story.execute_plan("bob", "2026-02-10")
    assert story.holders("growth", "2026-02-10") == {"bob"}
    story.tell("account_plan_developed", "2026-02-20", party_id="ann", plan_ref="p")
    assert story.holders("growth", "2026-02-19") == {"bob"}
    assert story.holders("growth", "2026-02-20") == {"ann"}
    story.abandon("opp-1", "2026-03-01")
    assert story.holders("growth", "2026-03-01") == {"bob"}


def test_a_queued_claim_carries_the_growth_right_and_so_does_a_won_one(story: Story) -> None:
    """Until the contract ends."""
    story.establish("opp-2", "bob", "2026-02-01", "2026-03-31", "x")
    story.execute_plan("bob", "2026-02-01")
    assert story.holders("growth", "2026-02-01") == {"bob"}
    story.award("opp-2", "c-2", "2026-03-01", "x")
    story.end_contract("c-2", "2026-12-01")
    assert [story.holders("growth", each) for each in ("2026-11-30", "2026-12-01")] == [{"bob"}, set()]


def test_a_share_accepted_by_all_but_one_is_not_in_force(story: Story) -> None:
    """And a refusal before the last acceptance keeps it so for ever."""
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "bob", "cyd", from_="2026-02-01")
    story.answer("a-1", "accepted", "bob", "2026-02-02")
    assert story.holders("teaming", "2026-03-01") == set()
    story.answer("a-1", "declined", "bob", "2026-02-03")
    story.answer("a-1", "accepted", "cyd", "2026-02-04")
    assert story.holders("teaming", "2026-03-01") == set()


def test_a_share_is_in_force_from_its_start_until_its_end_a_refusal_or_an_ending(story: Story) -> None:
    """`until` is exclusive; the start waits for the date agreed."""
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "bob", from_="2026-03-01", until="2026-05-01")
    story.answer("a-1", "accepted", "bob", "2026-02-02")
    days = ["2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01"]
    assert [story.holders("teaming", each) for each in days] == [set(), {"ann", "bob"}, {"ann", "bob"}, set()]
    story.answer("a-1", "ended", "bob", "2026-04-01")
    assert [story.holders("teaming", each) for each in ("2026-03-31", "2026-04-01")] == [{"ann", "bob"}, set()]


def test_a_later_share_replaces_the_earlier_for_good(story: Story) -> None:
    """Also after it has ended itself; one that never came into force replaces nothing."""
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "bob", from_="2026-02-01")
    story.answer("a-1", "accepted", "bob", "2026-02-01")
    story.propose("opp-1", "a-2", "2026-03-01", "ann", "ann", "cyd", from_="2026-03-01", until="2026-04-01")
    assert story.holders("teaming", "2026-03-01") == {"ann", "bob"}
    story.answer("a-2", "accepted", "cyd", "2026-03-10")
    days = ["2026-03-09", "2026-03-10", "2026-03-31", "2026-04-01"]
    expected = [{"ann", "bob"}, {"ann", "cyd"}, {"ann", "cyd"}, set()]
    assert [story.holders("teaming", each) for each in days] == expected


def test_a_party_that_leaves_its_organisation_leaves_the_share_with_it(story: Story) -> None:
    """Resol is named: mia accepts for it and may call, until she is no longer its member; the share stays in force."""
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "resol", from_="2026-02-01")
    story.answer("a-1", "accepted", "mia", "2026-02-02")
    story.tell("party_registered", "2026-03-01", None, party_id="mia", name="Mia", kind="contact")
    assert story.call("mia", "2026-02-28", "x") == ("allowed", "CALL-TEAMING")
    assert story.call("mia", "2026-03-01", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("resol", "2026-03-01", "x") == ("allowed", "CALL-TEAMING")


def test_before_its_first_registration_a_party_is_what_that_says() -> None:
    """D10; the world of these stories is registered in 2020."""
    assert WORLD["mia"]["member_of"] == "resol"
    story = Story()
    story.establish("opp-1", "mia", "2019-01-10", "2019-03-31", "x")
    assert story.call("resol", "2019-02-01", "x") == ("allowed", "CALL-OM")


def test_partners_hold_their_place_line_by_line(story: Story) -> None:
    """A later inclusion replaces the role, a release takes everything."""
    story.include("opp-1", "resol", "co_sell", "2026-02-01", "y", "z")
    story.include("opp-1", "resol", "prime_resale", "2026-03-01", "z")
    story.release("opp-1", "resol", "2026-04-01")

    def places(on: str) -> set[tuple[str, str | None]]:
        rows = oracle.rights(story.events, day(on), story.head)
        return {(row.kind, row.line) for row in rows if row.holder == "resol"}

    assert places("2026-02-28") == {("co_sell_partner", "y"), ("co_sell_partner", "z")}
    assert places("2026-03-01") == {("co_sell_partner", "y"), ("prime_partner", "z")}
    assert places("2026-04-01") == set()


@pytest.fixture
def won(story: Story) -> Story:
    """Ann won x on c-1 on 1 March 2026; resol resells it, copra sells beside; it renews every 31 March."""
    story.include("opp-1", "resol", "prime_resale", "2026-02-01", "x")
    story.include("opp-1", "copra", "co_sell", "2026-02-01", "y")
    story.award("opp-1", "c-1", "2026-03-01", "x", renewal=(12, "2027-03-31"))
    return story


def test_a_prime_renewal_is_owed_for_each_renewal_date(won: Story) -> None:
    """Open since the award or the date before, overdue after its own, met by a renewal that covers it."""
    assert won.owed(PRIME, "2026-02-28") == set()
    assert won.owed(PRIME, "2026-03-01") == {("ann", "2027-03-31", "open")}
    assert won.owed(PRIME, "2027-03-30") == {("ann", "2027-03-31", "open")}
    both = {("ann", "2027-03-31", "open"), ("ann", "2028-03-31", "open")}
    assert won.owed(PRIME, "2027-03-31") == both
    assert won.owed(PRIME, "2027-04-01") == {("ann", "2027-03-31", "overdue"), ("ann", "2028-03-31", "open")}
    won.renew("c-1", "2027-04-02", "2027-03-31", "2028-03-31", "x")
    assert won.owed(PRIME, "2027-04-01") == {("ann", "2027-03-31", "overdue"), ("ann", "2028-03-31", "open")}
    assert won.owed(PRIME, "2027-04-02") == {("ann", "2027-03-31", "met"), ("ann", "2028-03-31", "open")}
    won.end_contract("c-1", "2027-05-01")
    assert won.owed(PRIME, "2027-05-01") == set()


def test_including_the_co_sell_partner_takes_a_coordination_in_the_window(won: Story) -> None:
    """90 days before 31 March 2027 is 31 December 2026: the day before is too early, the date itself in time."""
    won.coordinate("opp-1", "2026-12-30", "copra")
    assert won.owed(CO_SELL, "2027-03-31") >= {("ann", "2027-03-31", "open")}
    assert won.owed(CO_SELL, "2027-04-01") >= {("ann", "2027-03-31", "overdue")}
    won.coordinate("opp-1", "2027-01-15", "resol")
    assert won.owed(CO_SELL, "2027-03-31") >= {("ann", "2027-03-31", "open")}
    before = list(won.events)
    won.coordinate("opp-1", "2026-12-31", "copra")
    assert won.owed(CO_SELL, "2026-12-30") == {("ann", "2027-03-31", "open")}
    assert won.owed(CO_SELL, "2026-12-31") == {("ann", "2027-03-31", "met")}
    won.events = before
    won.coordinate("opp-1", "2027-03-31", "copra")
    assert won.owed(CO_SELL, "2027-03-31") >= {("ann", "2027-03-31", "met")}


def test_the_window_is_the_one_in_effect_on_the_renewal_date(won: Story) -> None:
    """30 days before 31 March 2027 is 1 March."""
    won.coordinate("opp-1", "2027-02-28", "copra")
    assert won.owed(CO_SELL, "2027-02-28") == {("ann", "2027-03-31", "met")}
    won.set_figure("inclusion_window_days", 30, "2027-03-31")
    assert won.owed(CO_SELL, "2027-02-28") == {("ann", "2027-03-31", "open")}
    won.coordinate("opp-1", "2027-03-01", "copra")
    assert won.owed(CO_SELL, "2027-03-01") == {("ann", "2027-03-31", "met")}


def test_a_co_sell_partner_owes_copies_until_it_gives_one(won: Story) -> None:
    """From its inclusion until its release."""
    won.tell("co_sell_quote_shared", "2026-04-01", opportunity_id="opp-1", partner_id="copra", document_ref="q-1")
    won.release("opp-1", "copra", "2026-05-01")
    days = ["2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01", "2026-05-01"]
    copra = {state: {("copra", None, state)} for state in ("open", "met")}
    expected = [set(), copra["open"], copra["open"], copra["met"], set()]
    assert [won.owed(COPIES, each) for each in days] == expected


def test_renewal_dates_count_from_the_first_one() -> None:
    """31 January, 29 February 2024, 31 March: a short month does not shorten the next."""
    story = Story()
    story.establish("opp-1", "ann", "2024-01-10", "2024-03-31", "x")
    story.include("opp-1", "resol", "prime_resale", "2024-01-10", "x")
    story.award("opp-1", "c-1", "2024-01-20", "x", renewal=(1, "2024-01-31"))
    assert {due for _, due, _ in story.owed(PRIME, "2024-03-01")} == {"2024-01-31", "2024-02-29", "2024-03-31"}
