"""Questions on the command line: what they say, for people and as JSON, and the exit code."""

from shlex import quote
from typing import Any

import pytest

from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import beginning, claim, event, forecast, party


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """Jane has a claim on gtx-pro, live from 10 January 2026, in grace from 1 April, lapsed on 30 June."""
    recorded(ledger, *beginning(), *claim())
    return ledger


@pytest.fixture
def sqlite_told(sqlite_ledger: Ledger) -> Ledger:
    """The same, where the database makes no difference."""
    recorded(sqlite_ledger, *beginning(), *claim())
    return sqlite_ledger


def ask(ledger: Ledger, party_id: str, *options: str) -> tuple[int, Any]:
    """Exit code and JSON of a question on gtx-pro."""
    said = ledger("who-may-call", "acme", party_id, "--line", "gtx-pro", "--json", *options)
    return said.code, said.json


def test_who_may_call(told: Ledger) -> None:
    """Allowed is 0, denied is 1, with the rule and the day it opens."""
    code, jane = ask(told, "jane", "--on", "2026-04-02")
    assert (code, jane["verdict"], jane["rule"]) == (0, "allowed", "CALL-OM")
    code, north = ask(told, "north", "--on", "2026-04-02")
    assert (code, north["verdict"], north["rule"], north["opens_on"]) == (1, "denied", "CALL-RESERVED", "2026-06-30")
    assert (north["on"], north["known_at"], north["line"]) == ("2026-04-02", 9, "gtx-pro")


def test_who_may_call_as_known_before(told: Ledger) -> None:
    """Before the forecast was recorded nobody had a claim; an instant means the position reached by then."""
    code, before = ask(told, "north", "--on", "2026-04-02", "--known-at", "8")
    assert (code, before["rule"], before["known_at"]) == (0, "CALL-OPEN", 8)
    recorded_at = told("events", "show", "9").json["recorded_at"]
    assert ask(told, "north", "--on", "2026-04-02", "--known-at", recorded_at)[1]["known_at"] == 9


def test_a_verdict_for_people(told: Ledger) -> None:
    """What, when, why, and from when on."""
    said = told("who-may-call", "acme", "north", "--line", "gtx-pro", "--on", "2026-04-02")
    assert said.code == 1
    first, second, third, *_ = said.out.splitlines()
    assert first == "DENIED north calls on acme for new business on gtx-pro"
    assert second == "on 2026-04-02, as known at position 9, by rule CALL-RESERVED"
    assert third == "opens on 2026-06-30"
    assert "OM-GRACE (prism.4): Reserved for the opportunity manager until 29 June 2026" in said.out


def test_a_conditional_verdict(ledger: Ledger) -> None:
    """Not a no: exit code 0, and on whose agreement."""
    recorded(ledger, *beginning(), party("mary"), event("account_elevated", reason="Third division."),
             event("major_account_manager_appointed", party_id="mary"))  # fmt: skip
    said = ledger("who-may-call", "acme", "jane", "--on", "2026-04-02")
    assert said.code == 0
    assert said.out.startswith("CONDITIONAL jane calls on acme for new business in general")
    assert "with the agreement of mary" in said.out


def test_renewals_disputes_and_duties(ledger: Ledger) -> None:
    """A contract asked about by id; an open dispute and what the party owes are told."""
    award = event(
        "business_awarded", "acme", "2026-03-01", opportunity_id="opp-1", contract_id="c-1", currency="USD",
        lines=[{"line": "gtx-pro", "amount": "40000.00"}], renewal={"every_months": 12, "first_on": "2027-03-01"},
    )  # fmt: skip
    partner = event(
        "partner_included", "acme", "2026-01-11",
        opportunity_id="opp-1", partner_id="north", role="co_sell", lines=["service"],
    )  # fmt: skip
    dispute = event(
        "dispute_opened", "acme", "2026-03-05", dispute_id="d-1", opened_by="north", subject={}, claim="Ours."
    )
    recorded(ledger, *beginning(), *claim(), partner, award, dispute)
    said = ledger("who-may-call", "acme", "jane", "--contract", "c-1", "--on", "2026-04-02")
    assert said.code == 0
    assert said.out.startswith("ALLOWED jane calls on acme for the renewal of c-1")
    assert "contested: a dispute about this is open" in said.out
    assert "include_co_sell_partner, open to north for c-1 since 2026-03-01, due on 2027-03-01 (CO-SELL)" in said.out
    owed = ledger("obligations", "--party", "jane", "--on", "2026-04-02")
    assert "include_co_sell_partner" in owed.out
    (item,) = ledger("obligations", "--party", "jane", "--on", "2026-04-02", "--json").json["items"]
    assert (item["kind"], item["state"], item["due_on"]) == ("include_co_sell_partner", "open", "2027-03-01")
    assert ledger("obligations", "--account", "acme", "--on", "2026-01-01").out == "Nothing is owed on 2026-01-01.\n"


def test_rights_of_an_account_and_of_a_party(told: Ledger) -> None:
    """The same right from both sides; nothing is an answer too."""
    expected = {"kind": "opportunity_manager", "holder": "jane", "line": "gtx-pro", "status": "in_grace",
                "from": "2026-04-01", "until": "2026-06-30", "deadline_on": "2026-06-29"}  # fmt: skip
    for asked in (("acme",), ("--party", "jane")):
        said = told("rights", *asked, "--on", "2026-04-02", "--json")
        (item,) = said.json["items"]
        assert {name: item[name] for name in expected} == expected
        assert (said.code, said.json["next"], said.json["position"]) == (0, None, 9)
    shown = told("rights", "acme", "--on", "2026-04-02").out.splitlines()
    assert shown[0].split() == ["right", "holder", "line", "status", "from", "until", "last", "day", "about"]
    assert shown[1].split() == [
        "opportunity_manager", "jane", "gtx-pro", "in_grace", "2026-04-01", "2026-06-30", "2026-06-29", "opp-1"
    ]  # fmt: skip
    assert told("rights", "acme", "--on", "2026-07-01").out == "Nobody holds a right on acme on 2026-07-01.\n"


def test_rights_come_in_pages(ledger: Ledger) -> None:
    """What a page gave as next goes on where it ended."""
    lines = [forecast(*[(f"line-{n}", "10.00") for n in range(5)])]
    recorded(ledger, *beginning(), *claim()[:-1], *lines)
    page = ledger("rights", "acme", "--on", "2026-02-01", "--limit", "3", "--json").json
    more = ledger("rights", "acme", "--on", "2026-02-01", "--limit", "3", "--after", page["next"], "--json").json
    assert [item["line"] for item in page["items"] + more["items"]] == [f"line-{n}" for n in range(5)]
    assert more["next"] is None
    said = ledger("rights", "acme", "--on", "2026-02-01", "--limit", "3")
    assert f"More follow: --after {quote(page['next'])} --known-at" in said.err
    assert ledger("rights", "acme", "--after", "nonsense").code == 2


def test_deadlines(told: Ledger) -> None:
    """The days that are left, on the day asked about."""
    said = told("deadlines", "--on", "2026-06-01", "--json")
    assert [(item["holder"], item["deadline_on"], item["days_left"]) for item in said.json["items"]] == [
        ("jane", "2026-06-29", 28)
    ]
    shown = told("deadlines", "--on", "2026-06-01").out
    assert shown.splitlines()[1].split() == ["2026-06-29", "28", "acme", "gtx-pro", "jane", "in_grace", "opp-1"]
    none = told("deadlines", "--on", "2026-06-01", "--within-days", "27")
    assert none.out == "No claim runs out within 27 days of 2026-06-01.\n"


def test_figures_and_rules(told: Ledger) -> None:
    """Each figure as it holds on a day; each rule in its words."""
    recorded(told, event("policy_figure_set", None, "2026-05-01", figure="grace_days", value=60, reason="Faster."))
    before = {one["figure"]: one for one in told("figures", "--on", "2026-04-30", "--json").json["items"]}
    after = {one["figure"]: one for one in told("figures", "--on", "2026-05-01", "--json").json["items"]}
    assert (before["grace_days"]["value"], before["grace_days"]["since"]) == (90, None)
    assert (after["grace_days"]["value"], after["grace_days"]["since"]) == (60, "2026-05-01")
    assert after["warning_days"]["value"] == [30, 7, 1]
    assert "grace_days" in told("figures").out
    assert "OM-GRACE" in told("rules").out
    assert told("rules", "--json").json["items"][0]["id"] == "OM-ONE"
    shown = told("rules", "om-grace", "--on", "2026-05-01").out
    assert shown.startswith("OM-GRACE  Grace period\n")
    assert "figure  grace_days: 60 days since 2026-05-01\n" in shown
    assert "\nshown by\n" in shown
    assert "  - A line reserved through grace is free on the day after the deadline\n" in shown


def test_rules_can_be_read_before_there_is_a_ledger(typed: Ledger) -> None:
    """With the figures that the book begins with; but not those of a ledger that was named and isn't there."""
    assert "figure  grace_days: 90 days\n" in typed("rules", "OM-GRACE").out
    assert typed("rules", "OM-GRACE", "--database-url", "sqlite:///none.db").code == 3


@pytest.mark.parametrize(
    ("arguments", "told_about"),
    [
        (("who-may-call", "nowhere", "jane"), "The ledger knows no account 'nowhere' at that moment."),
        (("who-may-call", "acme", "nobody"), "The ledger knows no party 'nobody' at that moment."),
        (("who-may-call", "acme", "jane", "--contract", "c-9"), "The ledger knows no contract 'c-9' at that moment."),
        (("timeline", "nowhere"), "The ledger knows no account 'nowhere' at that moment."),
        (("rights", "acme", "--known-at", "99"), "Position 99 is not in the ledger: it holds the positions 0 to 9."),
        (("rights", "acme", "--known-at", "2999-01-01T00:00:00Z"), "is in the future"),
        (("rights", "acme", "--known-at", "yesterday"), "neither a position, such as 57, nor an instant"),
        (("rights", "acme", "--known-at", "2026-04-02T09:30:00"), "neither a position, such as 57, nor an instant"),
        (("rights", "acme", "--on", "2026-02-30"), "is not a date of the form YYYY-MM-DD"),
        (("rights",), "name either an account or, with --party, a party"),
        (("rights", "acme", "--party", "jane"), "name either an account or, with --party, a party"),
        (("timeline", "acme", "--from", "2026-02-01", "--until", "2026-01-01"), "--until is before --from"),
        (("deadlines", "--within-days", "-1"), "greater than or equal to 0"),
        (("rules", "OM-NONE"), "There is no rule 'OM-NONE'."),
        (("events", "show", "99"), "There is no event '99' in the ledger."),
        (("events", "list", "--type", "nonsense"), "There is no event of type 'nonsense'. The types are:"),
        (("nonsense",), "No such command 'nonsense'"),
        (("rights", "acme", "--nonsense"), "No such option: --nonsense"),
    ],
)
def test_what_was_typed_wrongly_is_told(arguments: tuple[str, ...], told_about: str, sqlite_told: Ledger) -> None:
    """Exit code 2, a sentence on standard error, nothing on standard output, never a traceback."""
    said = sqlite_told(*arguments)
    assert (said.code, said.out) == (2, "")
    assert told_about in said.err
    assert "Traceback" not in said.err


def test_no_page_of_the_log_is_missed(told: Ledger) -> None:
    """The log by account, by type, after a position, and as it was."""
    said = told("events", "list", "--json").json
    assert [one["position"] for one in said["items"]] == list(range(1, 10))
    assert (said["next"], said["position"]) == (None, 9)
    assert [one["type"] for one in told("events", "list", "--type", "party_registered", "--json").json["items"]] == [
        "party_registered", "party_registered"
    ]  # fmt: skip
    page = told("events", "list", "--account", "acme", "--limit", "2", "--json").json
    assert [one["position"] for one in page["items"]] == [3, 4]
    rest = told("events", "list", "--account", "acme", "--after", page["next"], "--json").json
    assert [one["position"] for one in rest["items"]] == [5, 6, 7, 8, 9]
    assert len(told("events", "list", "--known-at", "4", "--json").json["items"]) == 4
    shown = told("events", "list", "--limit", "1")
    assert shown.out.splitlines()[1].split()[:3] == ["1", "2026-01-01", "party_registered"]
    assert "More follow: --after 1" in shown.err


def test_an_event_by_its_id_or_position(told: Ledger) -> None:
    """The very thing that was recorded."""
    by_position = told("events", "show", "3").json
    assert by_position["type"] == "account_opened"
    assert told("events", "show", by_position["event_id"].upper()).json == by_position


def test_queues_of_the_same_line(ledger: Ledger) -> None:
    """The second claim waits, and is told so."""
    recorded(ledger, *beginning(), party("bob"), *claim(), *claim("bob", "opp-2"))
    code, bob = ask(ledger, "bob", "--on", "2026-04-02")
    assert (code, bob["rule"], bob["opens_on"]) == (1, "CALL-QUEUED", "2026-06-30")
