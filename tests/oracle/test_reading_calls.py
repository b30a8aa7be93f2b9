"""Section 7: who may call, by hand. Every denial names the day on which it opens."""

import pytest

from tests.oracle.telling import Story


@pytest.fixture
def story() -> Story:
    """Ann is established on opp-1 since 10 January 2026, with line x expected on 31 March; it lapses on 30 June."""
    told = Story()
    told.establish("opp-1", "ann", "2026-01-10", "2026-03-31", "x")
    return told


def test_a_live_claim_reserves_its_line_and_nothing_else(story: Story) -> None:
    """Bob waits for the lapse; beyond the forecast he is free."""
    assert story.call("ann", "2026-02-01", "x") == ("allowed", "CALL-OM")
    assert story.call("bob", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("bob", "2026-06-29", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("bob", "2026-06-30", "x") == ("allowed", "CALL-AFTER-LAPSE")
    assert story.call("bob", "2026-02-01", "y") == ("allowed", "CALL-BEYOND-FORECAST")
    assert story.call("bob", "2026-02-01") == ("allowed", "CALL-BEYOND-FORECAST")
    assert story.call("bob", "2026-01-09", "x") == ("allowed", "CALL-OPEN")
    assert story.call("bob", "2026-06-30") == ("allowed", "CALL-AFTER-LAPSE")
    assert story.call("bob", "2026-06-30", "y") == ("allowed", "CALL-OPEN")


def test_the_opening_counts_on_what_is_known_of_the_future(story: Story) -> None:
    """A recorded extension of 1 June defers it; an award in time opens the line for new business on its day."""
    story.extend("opp-1", "2026-06-01", "2026-06-30")
    assert story.call("bob", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-09-29")
    story.award("opp-1", "c-1", "2026-07-01", "x")
    assert story.call("bob", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-07-01")
    assert story.call("bob", "2026-07-01", "x") == ("allowed", "CALL-BEYOND-FORECAST")


def test_the_queued_party_is_told_so_and_moves_up(story: Story) -> None:
    """Bob's queued claim on x becomes first on 30 June; for others the line opens when bob's lapses on 30 November."""
    story.establish("opp-2", "bob", "2026-02-01", "2026-08-31", "x")
    assert story.call("bob", "2026-02-01", "x") == ("denied", "CALL-QUEUED", "2026-06-30")
    assert story.call("ann", "2026-06-30", "x") == ("denied", "CALL-RESERVED", "2026-11-30")
    assert story.call("bob", "2026-06-30", "x") == ("allowed", "CALL-OM")
    assert story.call("cyd", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-11-30")


def test_a_denial_without_a_known_end_opens_on_no_day(story: Story) -> None:
    """The renewal of a contract won is reserved until the contract ends."""
    story.award("opp-1", "c-1", "2026-03-01", "x")
    assert story.call("bob", "2026-03-01", contract="c-1") == ("denied", "CALL-RENEWAL-RESERVED")
    story.end_contract("c-1", "2027-01-01")
    assert story.call("bob", "2026-03-01", contract="c-1") == ("denied", "CALL-RENEWAL-RESERVED", "2027-01-01")
    assert story.call("bob", "2027-01-01", contract="c-1") == ("allowed", "CALL-OPEN")


def test_a_member_of_a_partner_organisation_acts_as_it() -> None:
    """Mia is a member of resol: each may call for what the other holds."""
    story = Story()
    story.establish("opp-1", "mia", "2026-01-10", "2026-03-31", "x")
    assert story.call("resol", "2026-02-01", "x") == ("allowed", "CALL-OM")
    story.tell("party_registered", "2026-02-10", None, party_id="mia", name="Mia", kind="contact")
    assert story.call("resol", "2026-02-09", "x") == ("allowed", "CALL-OM")
    assert story.call("resol", "2026-02-10", "x") == ("denied", "CALL-RESERVED", "2026-06-30")


def test_the_second_unshared_opportunity_is_open_to_partners_and_not_to_employees(story: Story) -> None:
    """Ann's opp-2 came after opp-1, and nothing of it was shared until 1 April."""
    story.establish("opp-2", "ann", "2026-02-01", "2026-03-31", "y")
    story.tell("activity_shared", "2026-04-01", opportunity_id="opp-2", partners=["resol"], activity="workshop")
    assert story.call("resol", "2026-03-31", "y") == ("allowed", "CALL-UNSHARED")
    assert story.call("mia", "2026-03-31", "y") == ("allowed", "CALL-UNSHARED")
    assert story.call("bob", "2026-03-31", "y") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("resol", "2026-04-01", "y") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("resol", "2026-03-31", "x") == ("denied", "CALL-RESERVED", "2026-06-30")


def test_an_opportunity_handed_to_somebody_established_on_none_is_not_their_first(story: Story) -> None:
    """Bob got opp-1 after it was established: he has no first opportunity, so this is not it."""
    story.hand_over("opp-1", "bob", "2026-02-01")
    assert story.call("resol", "2026-01-31", "x") == ("denied", "CALL-RESERVED", "2026-02-01")
    assert story.call("resol", "2026-02-01", "x") == ("allowed", "CALL-UNSHARED")


def test_partners_included_in_the_line(story: Story) -> None:
    """Co-sell is allowed, prime resale on the manager's agreement, each on its own lines only."""
    story.forecast("opp-1", "2026-01-11", "2026-03-31", "x", "y")
    story.include("opp-1", "copra", "co_sell", "2026-02-01", "y")
    story.include("opp-1", "resol", "prime_resale", "2026-02-01", "x")
    assert story.call("copra", "2026-02-01", "y") == ("allowed", "CALL-CO-SELL")
    assert story.call("copra", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("mia", "2026-02-01", "x") == ("conditional", "CALL-PRIME", "ann")
    assert story.call("resol", "2026-01-31", "x") == ("denied", "CALL-RESERVED", "2026-02-01")
    story.release("opp-1", "copra", "2026-03-01")
    assert story.call("copra", "2026-03-01", "y") == ("denied", "CALL-RESERVED", "2026-06-30")


def test_a_share_in_force_lets_its_parties_call(story: Story) -> None:
    """In force once the last party has accepted."""
    story.propose("opp-1", "a-1", "2026-02-01", "ann", "ann", "bob", "cyd", from_="2026-02-01")
    story.answer("a-1", "accepted", "bob", "2026-02-05")
    assert story.call("bob", "2026-02-10", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    story.answer("a-1", "accepted", "cyd", "2026-02-20")
    assert story.call("bob", "2026-02-10", "x") == ("denied", "CALL-RESERVED", "2026-02-20")
    assert story.call("bob", "2026-02-20", "x") == ("allowed", "CALL-TEAMING")
    assert story.call("dan", "2026-02-20", "x") == ("denied", "CALL-RESERVED", "2026-06-30")


def test_the_major_account_manager_may_always_call_and_the_others_need_agreement(story: Story) -> None:
    """A live claim still reserves its line against everybody else."""
    story.put_in_charge("bob", "2026-02-01")
    assert story.call("bob", "2026-02-01", "x") == ("allowed", "CALL-MAM")
    assert story.call("bob", "2026-02-01") == ("allowed", "CALL-MAM")
    assert story.call("ann", "2026-02-01", "x") == ("allowed", "CALL-OM")
    assert story.call("ann", "2026-02-01", "y") == ("conditional", "CALL-MAM-AGREEMENT", "bob")
    assert story.call("cyd", "2026-02-01", "x") == ("denied", "CALL-RESERVED", "2026-06-30")
    assert story.call("cyd", "2026-06-30", "x") == ("conditional", "CALL-MAM-AGREEMENT", "bob")
    assert story.call("bob", "2026-01-31", "x") == ("denied", "CALL-RESERVED", "2026-02-01")


def test_the_growth_right_covers_what_is_not_claimed(story: Story) -> None:
    """It ends with the claim it stands on, and sleeps while a MAM is in charge."""
    story.execute_plan("ann", "2026-02-01")
    assert story.call("ann", "2026-02-01", "y") == ("allowed", "CALL-GROWTH")
    assert story.call("bob", "2026-02-01", "y") == ("conditional", "CALL-GROWTH-AGREEMENT", "ann")
    assert story.call("resol", "2026-02-01") == ("allowed", "CALL-PARTNER-FREE")
    assert story.call("bob", "2026-01-31", "y") == ("allowed", "CALL-BEYOND-FORECAST")
    assert story.call("bob", "2026-06-30", "y") == ("allowed", "CALL-OPEN")
    story.put_in_charge("cyd", "2026-03-01")
    assert story.call("ann", "2026-03-01", "y") == ("conditional", "CALL-MAM-AGREEMENT", "cyd")


@pytest.fixture
def won(story: Story) -> Story:
    """Ann won x on contract c-1 on 1 March; copra co-sells y on it, resol resells x."""
    story.forecast("opp-1", "2026-01-11", "2026-03-31", "x", "y")
    story.award("opp-1", "c-1", "2026-03-01", "x", "y", renewal=(12, "2027-03-01"))
    story.include("opp-1", "copra", "co_sell", "2026-03-01", "y")
    return story


def test_who_may_call_for_a_renewal(won: Story) -> None:
    """Rule after rule."""
    assert won.call("copra", "2026-03-01", "y", "c-1") == ("allowed", "CALL-CO-SELL-RENEWAL")
    assert won.call("ann", "2026-03-01", "y", "c-1") == ("denied", "CALL-HANDS-OFF")
    assert won.call("bob", "2026-03-01", "y", "c-1") == ("denied", "CALL-RENEWAL-RESERVED")
    assert won.call("ann", "2026-03-01", "x", "c-1") == ("allowed", "CALL-RENEWAL")
    assert won.call("ann", "2026-03-01", None, "c-1") == ("allowed", "CALL-RENEWAL")
    won.put_in_charge("dan", "2026-04-01")
    assert won.call("dan", "2026-04-01", "x", "c-1") == ("allowed", "CALL-MAM")
    assert won.call("dan", "2026-04-01", "y", "c-1") == ("denied", "CALL-RENEWAL-RESERVED")
    won.propose("opp-1", "a-1", "2026-05-01", "ann", "ann", "bob", from_="2026-05-01")
    won.answer("a-1", "accepted", "bob", "2026-05-01")
    assert won.call("bob", "2026-05-01", "x", "c-1") == ("allowed", "CALL-TEAMING")
    won.include("opp-1", "resol", "prime_resale", "2026-06-01", "x")
    assert won.call("resol", "2026-06-01", "x", "c-1") == ("conditional", "CALL-PRIME", "ann")
    assert won.call("resol", "2026-06-01", None, "c-1") == ("conditional", "CALL-PRIME", "ann")
    assert won.call("resol", "2026-05-31", "x", "c-1") == ("denied", "CALL-RENEWAL-RESERVED", "2026-06-01")
    assert won.call("cyd", "2026-06-01", "x", "c-1") == ("denied", "CALL-RENEWAL-RESERVED")


def test_the_hands_off_ends_with_the_co_sell_partners_release(won: Story) -> None:
    """Then the line is the manager's again."""
    won.release("opp-1", "copra", "2026-08-01")
    assert won.call("ann", "2026-07-31", "y", "c-1") == ("denied", "CALL-HANDS-OFF", "2026-08-01")
    assert won.call("ann", "2026-08-01", "y", "c-1") == ("allowed", "CALL-RENEWAL")


def test_a_contract_that_nobody_won_is_new_business_in_general(story: Story) -> None:
    """An award after the lapse makes a live contract without a right on it."""
    story.award("opp-1", "c-1", "2026-06-30", "x")
    assert story.call("bob", "2026-06-30", contract="c-1") == ("allowed", "CALL-AFTER-LAPSE")
    assert story.call("ann", "2026-06-30", contract="c-1") == ("allowed", "CALL-AFTER-LAPSE")
    assert story.call("bob", "2026-02-01", contract="c-1") == ("allowed", "CALL-BEYOND-FORECAST")


def test_a_won_right_moves_with_the_opportunity(won: Story) -> None:
    """The renewal is the manager's of the day."""
    won.hand_over("opp-1", "bob", "2026-09-01")
    assert won.call("bob", "2026-09-01", "x", "c-1") == ("allowed", "CALL-RENEWAL")
    assert won.call("ann", "2026-09-01", "x", "c-1") == ("denied", "CALL-RENEWAL-RESERVED")
