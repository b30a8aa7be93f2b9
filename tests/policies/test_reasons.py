"""Reasons and refusals: how they are put into words."""

from datetime import date

import pytest

from policies.reasons import Reason, because, render, rendered
from policies.refusals import Refused
from policies.sentences import day, sentence

CLOCK = {"forecast_on": "2026-01-10", "anchor": "2026-03-31", "days": "90", "deadline": "2026-06-29"}
BY_FORECAST = "forecast of 10 January 2026 expected the award on 31 March 2026, plus 90 days"
BY_EXTENSION = "the extension granted on 20 June 2026 expects the award on 31 March 2026, plus 90 days"
BY_LOSS = "the loss of 10 February 2026 started the clock, plus 90 days"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-29", "29 June 2026"),
        ("2024-02-01", "1 February 2024"),
        ("9999-12-31", "the end of time"),
        ("", "an unknown date"),
        (None, "an unknown date"),
    ],
)
def test_a_date_in_words(text: str | None, expected: str) -> None:
    """As people write it."""
    assert day(text) == expected


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("OM-QUALIFIED", {}, "Appointed opportunity manager, with authority, skills and resources stated."),
        ("OM-ESTABLISHED", {"established_on": "2026-01-10"}, "The claim was established on 10 January 2026."),
        (
            "OM-ESTABLISHED",
            {"missing": "a coordination"},
            "The claim is incomplete and reserves nothing yet; it still lacks a coordination.",
        ),
        (
            "OM-ESTABLISHED",
            {"missing": "a forecast, an engagement, a coordination"},
            (
                "The claim is incomplete and reserves nothing yet; it still lacks a forecast, an engagement and a "
                "coordination."
            ),
        ),
        (
            "OM-FORECAST-ONLY",
            {"on": "2026-02-15", "line": "support"},
            "The forecast of 15 February 2026 no longer names support.",
        ),
        ("OM-GRACE", CLOCK, f"Reserved for the opportunity manager until 29 June 2026: {BY_FORECAST}."),
        (
            "OM-GRACE",
            CLOCK | {"extended_on": "2026-06-20"},
            f"Reserved for the opportunity manager until 29 June 2026: {BY_EXTENSION}.",
        ),
        (
            "OM-GRACE",
            CLOCK | {"extended_on": "2026-06-20", "lost_on": "2026-02-10"},
            f"Reserved for the opportunity manager until 29 June 2026: {BY_LOSS}.",
        ),
        ("OM-LAPSED", CLOCK, f"The claim lapsed after 29 June 2026: {BY_FORECAST}, and no award in time."),
        ("OM-WON", {"ended_on": "2028-03-15"}, "The contract ended on 15 March 2028."),
        (
            "OM-WON",
            {"on": "2026-03-15", "line": "gtx-pro", "contract_id": "c-1"},
            "gtx-pro was awarded on 15 March 2026 while the claim was live, on contract c-1.",
        ),
        ("OM-ABANDON", {"on": "2026-04-10"}, "The opportunity was given up on 10 April 2026."),
        (
            "OM-QUEUE",
            {"line": "gtx-pro", "until": "2026-06-30"},
            "A claim on gtx-pro established earlier comes first until 30 June 2026.",
        ),
        ("MAM-IN-CHARGE", {"on": "2026-02-10"}, "In charge of the account since 10 February 2026."),
        (
            "GROWTH",
            {"since": "2026-02-20"},
            "Holds the growth right: an account plan developed and executed, complete since 20 February 2026.",
        ),
        ("HANDOVER", {"on": "2026-02-01"}, "Took over as opportunity manager by the handover of 1 February 2026."),
        (
            "REASSIGN",
            {"on": "2026-02-01", "coverage_goal": "the north"},
            "Reassigned on 1 February 2026 for the coverage goal “the north”.",
        ),
        (
            "SHARE",
            {"agreement_id": "s-1", "since": "2026-02-01"},
            "Revenue share s-1 has been in force since 1 February 2026.",
        ),
        (
            "SHARE",
            {"agreement_id": "s-1", "since": "2026-02-01", "until": "2026-05-01"},
            "Revenue share s-1 has been in force since 1 February 2026 until 1 May 2026.",
        ),
        (
            "PRIME",
            {"on": "2026-02-01", "line": "rack"},
            "Included on 1 February 2026 as a partner whose rack is resold by the prime contractor.",
        ),
        (
            "CO-SELL",
            {"on": "2026-02-01", "line": "installation"},
            "Included on 1 February 2026 as co-sell partner for installation.",
        ),
        ("CALL-OM", {"line": "gtx-pro"}, "gtx-pro is reserved for you."),
        ("CALL-OM", {}, "this business is reserved for you."),
        ("CALL-CO-SELL", {"line": "rack"}, "You co-sell rack in this opportunity."),
        (
            "CALL-PRIME",
            {"line": "rack"},
            "rack is resold by the opportunity manager as prime contractor: call with their agreement.",
        ),
        (
            "CALL-RESERVED",
            {"line": "gtx-pro", "opens_on": "2026-06-30"},
            "gtx-pro is reserved for another party; it opens on 30 June 2026. Sales operations answer questions.",
        ),
        (
            "CALL-RESERVED",
            {},
            (
                "this business is reserved for another party; no date is known on which it opens. Sales operations "
                "answer questions."
            ),
        ),
        (
            "CALL-QUEUED",
            {"line": "gtx-pro", "opens_on": "2026-06-30"},
            "Your claim on gtx-pro waits behind one established earlier. Your turn comes on 30 June 2026.",
        ),
        (
            "CALL-QUEUED",
            {"line": "gtx-pro"},
            "Your claim on gtx-pro waits behind one established earlier. No date is known for your turn.",
        ),
        (
            "CALL-AFTER-LAPSE",
            CLOCK | {"lapsed_on": "2026-06-30"},
            f"Open to all parties: an earlier claim lapsed on 30 June 2026 ({BY_FORECAST}).",
        ),
        ("CALL-CO-SELL-RENEWAL", {"line": "rack"}, "The renewal of rack is yours as co-sell partner."),
        (
            "CALL-HANDS-OFF",
            {"line": "rack"},
            "The renewal of rack is the co-sell partner's: the opportunity manager keeps off it.",
        ),
        (
            "CALL-RENEWAL-RESERVED",
            {"opens_on": "2028-03-15"},
            "The renewal is reserved for another party; it opens on 15 March 2028.",
        ),
        (
            "CALL-RENEWAL-RESERVED",
            {},
            "The renewal is reserved for another party; no date is known on which it opens.",
        ),
    ],
)
def test_what_a_reason_says(rule: str, facts: dict[str, str], expected: str) -> None:
    """A sentence made of the facts of the case."""
    assert sentence(rule, facts) == expected


def test_a_reason_keeps_facts_as_text() -> None:
    """Dates in their ISO form, lists with commas, what is absent left out."""
    reason = because(
        "OM-GRACE", ["e-1", None, "e-2"], on=date(2026, 6, 29), missing=("a", "b"), others=["c"], days=90, lost=None
    )
    assert reason == Reason(
        "OM-GRACE",
        ("e-1", "e-2"),
        (("on", "2026-06-29"), ("missing", "a, b"), ("others", "c"), ("days", "90")),
    )
    assert because("CALL-OPEN") == Reason("CALL-OPEN")


def test_a_reason_as_doors_show_it() -> None:
    """Rule, clause, sentence and events."""
    assert render(Reason("OM-GRACE", ("e-1",), tuple(CLOCK.items()))) == {
        "rule": "OM-GRACE",
        "clause": "prism.4",
        "says": f"Reserved for the opportunity manager until 29 June 2026: {BY_FORECAST}.",
        "event_ids": ["e-1"],
    }


def test_what_two_reasons_say_alike_is_said_once() -> None:
    """With the events of both, in their order; another rule or another sentence stays."""
    given = [
        Reason("OM-QUALIFIED", ("e-1",), (("party_id", "jane"),)),
        Reason("OM-ABANDON", ("e-2",), (("on", "2026-01-10"),)),
        Reason("OM-QUALIFIED", ("e-3", "e-1"), (("party_id", "omar"),)),
        Reason("OM-ABANDON", ("e-4",), (("on", "2026-01-11"),)),
    ]
    assert [(one["rule"], one["event_ids"]) for one in rendered(given)] == [
        ("OM-QUALIFIED", ["e-1", "e-3"]),
        ("OM-ABANDON", ["e-2"]),
        ("OM-ABANDON", ["e-4"]),
    ]


def test_a_refusal_says_why_and_where() -> None:
    """Rule, detail and pointer; neither malformed nor unknown unless it says so."""
    refused = Refused("OM-ONE", "there is one", "/data/party_id")
    assert str(refused) == refused.detail == "there is one"
    assert (refused.rule, refused.pointer, refused.malformed, refused.unknown) == (
        "OM-ONE",
        "/data/party_id",
        False,
        False,
    )
