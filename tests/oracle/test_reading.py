"""Sections 1 to 3, 10: the oracle against dates worked out by hand. 31 March + 90 days is 29 June."""

import pytest

from tests import oracle
from tests.oracle.telling import Story, day

TEN_JANUARY = "2026-01-10"


@pytest.fixture
def story() -> Story:
    """Ann is established on opp-1 since 10 January, with line x expected on 31 March."""
    told = Story()
    told.establish("opp-1", "ann", TEN_JANUARY, "2026-03-31", "x")
    return told


def test_a_claim_is_active_in_grace_and_lapsed_on_the_days_the_rules_say(story: Story) -> None:
    """The day before, on and after each boundary."""
    days = ["2026-01-09", TEN_JANUARY, "2026-03-31", "2026-04-01", "2026-06-29", "2026-06-30"]
    assert story.statuses("opp-1", "x", *days) == [None, "active", "active", "in_grace", "in_grace", "lapsed"]


def test_lapsed_claims_are_no_rights(story: Story) -> None:
    """Lapsed and ended claims show only when asked for."""
    assert oracle.rights(story.events, day("2026-06-30"), story.head) == set()
    (row,) = oracle.rights(story.events, day("2026-06-29"), story.head)
    assert row == ("opportunity_manager", "ann", "opp-1", "x", None, "in_grace", day("2026-06-29"))


def test_grace_across_a_leap_day() -> None:
    """1 December 2023 + 90 days is 29 February 2024."""
    story = Story()
    story.establish("opp-1", "ann", "2023-10-01", "2023-12-01", "x")
    assert story.statuses("opp-1", "x", "2024-02-29", "2024-03-01") == ["in_grace", "lapsed"]


def test_an_anchor_on_a_leap_day() -> None:
    """29 February 2024 + 90 days is 29 May 2024."""
    story = Story()
    story.establish("opp-1", "ann", "2024-01-10", "2024-02-29", "x")
    days = ["2024-02-29", "2024-03-01", "2024-05-29", "2024-05-30"]
    assert story.statuses("opp-1", "x", *days) == ["active", "in_grace", "in_grace", "lapsed"]


def test_without_one_kind_of_evidence_a_claim_is_incomplete() -> None:
    """It reserves nothing, lists what is missing, and starts with the last piece."""
    story = Story()
    story.forecast("opp-1", "2026-01-05", "2026-03-31", "x")
    story.appoint("opp-1", "ann", TEN_JANUARY)
    story.engage("opp-1", "ann", "2026-01-12")
    story.plan("opp-1", "2026-01-13")
    assert story.statuses("opp-1", "x", "2026-01-09", TEN_JANUARY, "2026-01-20") == [None, "incomplete", "incomplete"]
    assert oracle.missing(story.events, "opp-1", day("2026-01-12"), story.head) == {
        "opportunity_plan_adopted",
        "coordination_recorded",
    }
    assert story.call("bob", "2026-01-20", "x") == ("allowed", "CALL-OPEN")
    assert oracle.established(story.events, "opp-1", story.head) is None
    story.coordinate("opp-1", "2026-02-01")
    assert story.statuses("opp-1", "x", "2026-01-31", "2026-02-01") == ["incomplete", "active"]
    assert oracle.established(story.events, "opp-1", story.head) == (day("2026-02-01"), story.head)


def test_evidence_that_comes_after_the_deadline_never_starts_the_claim() -> None:
    """It lapses like any other, but had not started: calling is open, not open after a lapse."""
    story = Story()
    story.forecast("opp-1", "2026-01-05", "2026-03-31", "x")
    story.appoint("opp-1", "ann", TEN_JANUARY)
    story.engage("opp-1", "ann", TEN_JANUARY)
    story.plan("opp-1", TEN_JANUARY)
    story.coordinate("opp-1", "2026-06-30")
    assert story.statuses("opp-1", "x", "2026-06-29", "2026-06-30") == ["incomplete", "lapsed"]
    assert story.call("bob", "2026-07-01", "x") == ("allowed", "CALL-OPEN")
    story.coordinate("opp-1", "2026-06-29")
    assert story.statuses("opp-1", "x", "2026-06-28", "2026-06-29", "2026-06-30") == [
        "incomplete",
        "in_grace",
        "lapsed",
    ]
    assert story.call("bob", "2026-07-01", "x") == ("allowed", "CALL-AFTER-LAPSE")


def test_forecasting_again_never_moves_the_anchor(story: Story) -> None:
    """A line added later has its own."""
    story.forecast("opp-1", "2026-03-01", "2026-12-31", "x", "y")
    assert story.statuses("opp-1", "x", "2026-06-29", "2026-06-30") == ["in_grace", "lapsed"]
    assert story.statuses("opp-1", "y", "2026-02-28", "2026-03-01", "2026-12-31") == [None, "active", "active"]
    assert story.status("opp-1", "y", "2027-03-31") == "in_grace"
    assert story.status("opp-1", "y", "2027-04-01") == "lapsed"


def test_a_dropped_line_ends_and_never_comes_back(story: Story) -> None:
    """Neither by a third forecast that names it again, nor by an extension or an award."""
    story.forecast("opp-1", "2026-02-01", "2026-03-31", "y")
    story.forecast("opp-1", "2026-02-10", "2026-03-31", "x", "y")
    story.extend("opp-1", "2026-02-11", "2026-05-31")
    story.award("opp-1", "c-1", "2026-02-12", "x")
    assert story.statuses("opp-1", "x", "2026-01-31", "2026-02-01", "2026-02-12") == ["active", "ended", "ended"]
    assert story.status("opp-1", "y", "2026-08-29") == "in_grace"


def test_an_incomplete_line_can_be_dropped_for_good_too() -> None:
    """The drop counts even where the claim had not started."""
    story = Story()
    story.appoint("opp-1", "ann", TEN_JANUARY)
    story.forecast("opp-1", TEN_JANUARY, "2026-03-31", "x")
    story.forecast("opp-1", "2026-01-15", "2026-03-31", "y")
    story.establish("opp-1", "ann", "2026-01-20", "2026-03-31", "x", "y")
    assert story.statuses("opp-1", "x", TEN_JANUARY, "2026-01-15", "2026-01-20") == ["incomplete", "ended", "ended"]
    assert story.statuses("opp-1", "y", "2026-01-15", "2026-01-20") == ["incomplete", "active"]


def test_an_extension_on_the_deadline_counts(story: Story) -> None:
    """29 June is the deadline; 30 September + 90 days is 29 December."""
    assert oracle.refused_by(story.events, _extension("2026-06-29")) is None
    story.extend("opp-1", "2026-06-29", "2026-09-30")
    days = ["2026-06-28", "2026-06-29", "2026-09-30", "2026-10-01", "2026-12-29", "2026-12-30"]
    assert story.statuses("opp-1", "x", *days) == ["in_grace", "active", "active", "in_grace", "in_grace", "lapsed"]


def test_an_extension_on_the_day_after_the_deadline_does_not(story: Story) -> None:
    """It is refused; and where later knowledge leaves one there, it changes nothing."""
    assert oracle.refused_by(story.events, _extension("2026-06-30")) == "OM-LAPSED"
    story.extend("opp-1", "2026-06-30", "2026-09-30")
    assert story.statuses("opp-1", "x", "2026-06-30", "2026-07-15") == ["lapsed", "lapsed"]


def _extension(on: str) -> dict[str, object]:
    story = Story()
    story.extend("opp-1", on, "2026-09-30")
    return {**story.events[-1], "event_id": "00000000-0000-4000-8000-00000000ffff"}


def test_a_loss_before_the_anchor_starts_the_clock_and_one_after_it_does_not(story: Story) -> None:
    """1 March + 90 days is 30 May; the days before the loss keep their status."""
    story.lose("opp-1", "2026-04-15")
    assert story.statuses("opp-1", "x", "2026-06-29", "2026-06-30") == ["in_grace", "lapsed"]
    story.lose("opp-1", "2026-03-01")
    days = ["2026-02-28", "2026-03-01", "2026-03-02", "2026-05-30", "2026-05-31"]
    assert story.statuses("opp-1", "x", *days) == ["active", "active", "in_grace", "in_grace", "lapsed"]
    assert _deadline(story, "2026-02-28") == "2026-06-29"
    assert _deadline(story, "2026-03-01") == "2026-05-30"


def _deadline(story: Story, on: str) -> str:
    (row,) = oracle.rights(story.events, day(on), story.head)
    return str(row.deadline_on)


def test_an_award_in_time_recorded_late_undoes_the_lapse_as_known_from_then_on(story: Story) -> None:
    """What was known before stays what it was."""
    before = story.head
    story.award("opp-1", "c-1", "2026-06-29", "x")
    assert story.statuses("opp-1", "x", "2026-06-28", "2026-06-29", "2026-07-15") == ["in_grace", "won", "won"]
    assert story.status("opp-1", "x", "2026-07-15", before) == "lapsed"


def test_an_award_corrected_twice(story: Story) -> None:
    """Only the last correction stands, at each position the one known then."""
    first = story.award("opp-1", "c-1", "2026-06-30", "x")
    too_late = story.head
    second = story.award("opp-1", "c-1", "2026-06-15", "x", corrects=first)
    in_time = story.head
    story.award("opp-1", "c-1", "2026-07-02", "x", corrects=second)
    assert [story.status("opp-1", "x", "2026-07-15", known_at) for known_at in (too_late, in_time, story.head)] == [
        "lapsed",
        "won",
        "lapsed",
    ]


def test_a_late_award_gives_no_right(story: Story) -> None:
    """OM-LATE-AWARD: the claim was live until 29 June."""
    story.award("opp-1", "c-1", "2026-06-30", "x")
    assert story.status("opp-1", "x", "2026-06-30") == "lapsed"


def test_lines_that_an_award_leaves_out_go_on(story: Story) -> None:
    """The won right lasts until the contract ends."""
    story.forecast("opp-1", "2026-01-11", "2026-03-31", "x", "y")
    story.award("opp-1", "c-1", "2026-03-01", "x")
    story.end_contract("c-1", "2027-03-01")
    assert story.statuses("opp-1", "x", "2026-02-28", "2026-03-01", "2027-02-28") == ["active", "won", "won"]
    assert story.status("opp-1", "x", "2027-03-01") == "ended"
    assert story.statuses("opp-1", "y", "2026-06-29", "2026-06-30") == ["in_grace", "lapsed"]


def test_abandoning_ends_every_line_not_won(story: Story) -> None:
    """An award of the same day counts if it was recorded before."""
    story.forecast("opp-1", "2026-01-11", "2026-03-31", "x", "y", "z")
    story.award("opp-1", "c-1", "2026-02-01", "x")
    story.award("opp-1", "c-1", "2026-03-01", "y")
    story.abandon("opp-1", "2026-03-01")
    story.award("opp-1", "c-1", "2026-03-01", "z")
    assert [story.status("opp-1", line, "2026-03-01") for line in "xyz"] == ["won", "won", "ended"]
    assert oracle.refused_by(story.events, _forecast("2026-03-01")) == "OM-LAPSED"
    assert oracle.refused_by(story.events, _forecast("2026-02-28")) is None


def _forecast(on: str) -> dict[str, object]:
    story = Story()
    story.forecast("opp-1", on, "2026-09-30", "x", "y", "z")
    return {**story.events[-1], "event_id": "00000000-0000-4000-8000-00000000ffff"}


def test_a_lapsed_opportunity_cannot_be_forecast_again(story: Story) -> None:
    """A forecast that later knowledge leaves after the lapse is passed over, also for a new line."""
    assert oracle.refused_by(story.events, _forecast("2026-06-30")) == "OM-LAPSED"
    story.forecast("opp-1", "2026-06-30", "2026-12-31", "x", "y")
    assert story.statuses("opp-1", "x", "2026-06-30") == ["lapsed"]
    assert story.statuses("opp-1", "y", "2026-06-30", "2026-07-15") == [None, None]


def test_a_won_line_keeps_the_opportunity_alive_for_new_lines(story: Story) -> None:
    """Lines lapsed meanwhile stay lapsed."""
    story.forecast("opp-1", "2026-01-11", "2026-03-31", "x", "y")
    story.award("opp-1", "c-1", "2026-03-01", "x")
    story.forecast("opp-1", "2026-08-01", "2026-12-31", "y", "z")
    assert [story.status("opp-1", line, "2026-08-01") for line in "xyz"] == ["won", "lapsed", "active"]


def test_the_claim_established_first_is_reserved_and_the_others_are_queued(story: Story) -> None:
    """The queued one outlives the first, moves up by itself, and lapses on its own clock."""
    story.establish("opp-2", "bob", "2026-02-01", "2026-08-31", "x")
    assert story.statuses("opp-2", "x", "2026-06-29", "2026-06-30", "2026-11-29") == ["queued", "active", "in_grace"]
    assert story.status("opp-2", "x", "2026-11-30") == "lapsed"
    assert story.status("opp-1", "x", "2026-06-29") == "in_grace"


def test_claims_established_on_the_same_day_stand_in_order_of_position(story: Story) -> None:
    """Opp-2 was told later."""
    story.establish("opp-2", "bob", TEN_JANUARY, "2026-03-31", "x")
    assert [story.status(name, "x", TEN_JANUARY) for name in ("opp-1", "opp-2")] == ["active", "queued"]


def test_an_award_to_a_queued_claim_counts_for_it(story: Story) -> None:
    """And the won line leaves the queue."""
    story.establish("opp-2", "bob", "2026-02-01", "2026-08-31", "x")
    story.award("opp-2", "c-2", "2026-03-01", "x")
    assert [story.status(name, "x", "2026-03-01") for name in ("opp-1", "opp-2")] == ["active", "won"]


def test_a_reassignment_during_grace_moves_the_right_and_keeps_the_clock(story: Story) -> None:
    """Evidence stays with the opportunity."""
    story.reassign("opp-1", "bob", "2026-05-01")
    assert story.holders("opportunity_manager", "2026-04-30") == {"ann"}
    assert story.holders("opportunity_manager", "2026-05-01") == {"bob"}
    assert story.statuses("opp-1", "x", "2026-05-01", "2026-06-29", "2026-06-30") == ["in_grace", "in_grace", "lapsed"]


def test_a_handover_before_the_appointment_does_not_count() -> None:
    """D3: there is nothing yet to hand over."""
    story = Story()
    story.hand_over("opp-1", "bob", "2026-01-09")
    story.establish("opp-1", "ann", TEN_JANUARY, "2026-03-31", "x")
    assert story.holders("opportunity_manager", TEN_JANUARY) == {"ann"}


def test_retracting_the_appointment_takes_everything_that_stood_on_it(story: Story) -> None:
    """As known from then on; a new appointment may follow, and the claim starts with it."""
    appointment = next(each["event_id"] for each in story.events if each["type"] == "opportunity_manager_appointed")
    story.hand_over("opp-1", "bob", "2026-02-01")
    before = story.head
    story.retract(appointment)
    assert story.status("opp-1", "x", "2026-03-01") is None
    assert story.status("opp-1", "x", "2026-03-01", before) == "active"
    story.appoint("opp-1", "cyd", "2026-03-02")
    assert story.holders("opportunity_manager", "2026-03-02") == {"cyd"}
    assert story.call("dan", "2026-03-01", "x") == ("allowed", "CALL-OPEN")


def test_a_second_appointment_is_refused_unless_it_corrects_the_first(story: Story) -> None:
    """OM-ONE."""
    first = next(each for each in story.events if each["type"] == "opportunity_manager_appointed")
    second = {**first, "event_id": "00000000-0000-4000-8000-00000000ffff"}
    assert oracle.refused_by(story.events, second) == "OM-ONE"
    assert oracle.refused_by(story.events, {**second, "corrects": first["event_id"]}) is None


def test_a_figure_changed_while_clocks_run_applies_to_clocks_that_start_later() -> None:
    """60 days from 1 April on: x starts its clock on 31 March (90 days), y on 1 April (31 May)."""
    story = Story()
    story.establish("opp-1", "ann", TEN_JANUARY, "2026-03-31", "x")
    story.establish("opp-2", "bob", TEN_JANUARY, "2026-04-01", "y")
    story.set_figure("grace_days", 60, "2026-04-01")
    assert story.statuses("opp-1", "x", "2026-06-29", "2026-06-30") == ["in_grace", "lapsed"]
    assert story.statuses("opp-2", "y", "2026-05-31", "2026-06-01") == ["in_grace", "lapsed"]
    assert oracle.figure(story.events, "grace_days", day("2026-03-31"), story.head) == 90
    assert oracle.figure(story.events, "grace_days", day("2026-04-01"), story.head) == 60
    assert oracle.figure(story.events, "grace_days", day("2026-04-01"), story.head - 1) == 90


def test_a_parent_account_and_its_child_have_nothing_to_do_with_each_other(story: Story) -> None:
    """Rights are by account."""
    story.tell("account_opened", TEN_JANUARY, "acme-north", name="Acme North", parent_account_id="acme")
    there = oracle.may_call(story.events, "bob", "acme-north", day("2026-02-01"), story.head, "x")
    assert (there.verdict, there.rule) == ("allowed", "CALL-OPEN")
    assert oracle.rights(story.events, day("2026-02-01"), story.head, account="acme-north") == set()


def test_what_runs_out_soon(story: Story) -> None:
    """29 June is 30 days after 30 May."""
    assert oracle.deadlines(story.events, day("2026-05-29"), story.head, 30) == set()
    (soon,) = oracle.deadlines(story.events, day("2026-05-30"), story.head, 30)
    assert soon == ("ann", "opp-1", "x", "in_grace", day("2026-06-29"))
