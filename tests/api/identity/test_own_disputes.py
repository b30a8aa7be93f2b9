"""Own disputes: a partner sees its side and the outcome, and never the other side: no name, evidence, event, amount."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.http.server import Api
from tests.api.http.story import event
from tests.api.identity.rivals import (
    BOTH_DISPUTE,
    CANARY,
    RIVAL,
    RIVALS_DISPUTE,
    RIVALS_OPPORTUNITY,
    ask,
    plant,
    told,
    whole,
)


@pytest.fixture
def planted(api: Api) -> Api:
    """An account with the rival's and the partner's own claims, on both databases in turn."""
    return plant(api)


def open_own(api: Api) -> dict[str, str]:
    """North contests the line that the rival holds, with evidence; the rival answers. The ids of north's events."""
    about = {"dispute_id": "d-own"}
    recorded = api.send(
        event(
            "dispute_opened", on="2026-02-10", opened_by="north", subject={"line": "gtx-pro"}, claim="Ours.", **about
        ),
        event(
            "dispute_evidence_submitted", on="2026-02-11", party_id="nina", says="See.", document_ref="m.pdf", **about
        ),
        headers=api.headers("partner", "north"),
    )
    assert recorded.status_code == 201, recorded.text
    theirs = {"says": f"{CANARY} says", "party_id": RIVAL}
    api.record(
        event("dispute_answered", on="2026-02-12", **theirs, **about),
        event("dispute_evidence_submitted", on="2026-02-12", document_ref=f"{CANARY}.pdf", **theirs, **about),
    )
    return {one["type"]: one["event_id"] for one in recorded.json()["events"]}


def rule(api: Api, reason: str) -> None:
    """The dispute is ruled on."""
    said = {"outcome": "upheld", "rules": ["OM-ESTABLISHED"], "reason": reason}
    api.record(event("dispute_ruled", on="2026-03-01", dispute_id="d-own", **said))


def test_the_opener_is_told_its_own_side(planted: Api) -> None:
    """Subject, state, days due, claim and evidence; then the outcome, the rules and the reason."""
    ids = open_own(planted)
    found = told(planted, "/v1/disputes/d-own")
    assert (found["side"], found["state"], found["claim"]) == ("opener", "answered", "Ours.")
    assert found["subject"] == {"opportunity_id": None, "line": "gtx-pro", "contract_id": None}
    assert (found["answer_due_on"], found["answer_overdue"]) == ("2026-02-24", False)
    assert (found["ruling_due_on"], found["ruling_overdue"]) == ("2026-03-12", True)
    assert (found["answers"], found["ruling"], found["withdrawn"]) == ([], None, None)
    (evidence,) = found["evidence"]
    assert evidence["event_id"] == ids["dispute_evidence_submitted"]
    assert (evidence["says"], evidence["document_ref"], evidence["event_ids"]) == ("See.", "m.pdf", [])
    rule(planted, "The claim was established first, on alzzcanary-southern ground.")
    ruling = planted.client.get("/v1/disputes/d-own", headers=planted.headers("partner", "north")).json()["ruling"]
    assert ruling == {
        "effective_on": "2026-03-01",
        "outcome": "upheld",
        "rules": ["OM-ESTABLISHED"],
        "reason": "The claim was established first, on alzzcanary-southern ground.",
    }


@pytest.mark.parametrize("reason", [f"As {RIVAL} says.", f"{RIVAL.title()}, of course", "jane knows"])
def test_a_reason_that_names_another_is_not_told(planted: Api, reason: str) -> None:
    """By id or by name, in whatever case: the outcome and the rules are."""
    open_own(planted)
    rule(planted, reason)
    ruling = told(planted, "/v1/disputes/d-own")["ruling"]
    assert (ruling["outcome"], ruling["rules"], ruling["reason"]) == ("upheld", ["OM-ESTABLISHED"], None)


def test_whom_it_is_directed_against_is_told_and_answers(planted: Api) -> None:
    """The rival contests the whole account, on which north has a claim: north sees so, and may answer by itself."""
    planted.record(event("dispute_opened", on="2026-02-10", dispute_id="d-all", opened_by=RIVAL, subject={}, claim="x"))
    found = told(planted, "/v1/disputes/d-all")
    assert (found["side"], found["state"], found["claim"]) == ("holder", "open", None)
    answered = planted.send(
        event("dispute_answered", on="2026-02-11", dispute_id="d-all", party_id="north", says="No."),
        headers=planted.headers("partner", "north"),
    )
    assert answered.status_code == 201, answered.text
    assert [one["says"] for one in told(planted, "/v1/disputes/d-all")["answers"]] == ["No."]
    withdrawn = planted.send(
        event("dispute_withdrawn", on="2026-02-12", dispute_id="d-all", reason="r"),
        headers=planted.headers("partner", "north"),
    )
    assert withdrawn.status_code == 422
    planted.record(event("dispute_withdrawn", on="2026-02-12", dispute_id="d-all", reason=f"{CANARY} settled"))
    assert told(planted, "/v1/disputes/d-all")["withdrawn"] == {"effective_on": "2026-02-12", "reason": None}


def test_who_takes_part_and_who_is_a_witness(planted: Api) -> None:
    """A sharer of a contested opportunity is concerned; one who said something elsewhere is not told what about."""
    planted.record(
        event("dispute_opened", on="2026-02-10", dispute_id="d-part", opened_by=RIVAL,
              subject={"opportunity_id": "janes-opp"}, claim="x"),
        event("dispute_evidence_submitted", on="2026-02-11", dispute_id=RIVALS_DISPUTE, party_id="north", says="Seen."),
    )  # fmt: skip
    assert told(planted, "/v1/disputes/d-part")["side"] == "concerned"
    answer = ask(planted, f"/v1/disputes/{RIVALS_DISPUTE}")
    assert (answer.json()["side"], answer.json()["subject"]) == ("witness", None)
    assert RIVALS_OPPORTUNITY not in answer.text
    assert [one["says"] for one in answer.json()["evidence"]] == ["Seen."]


def test_the_list_holds_what_concerns_it(planted: Api) -> None:
    """In the order of the openings, page by page, by account and state; of another party nothing may be asked."""
    open_own(planted)

    def ids(**asked: Any) -> list[str]:
        return [one["dispute_id"] for one in told(planted, "/v1/disputes", **asked)["items"]]

    assert ids() == [BOTH_DISPUTE, "d-own"]
    assert ids(state="answered") == ["d-own"]
    assert ids(party_id="nina") == [BOTH_DISPUTE, "d-own"]
    assert ids(on="2026-02-09") == [BOTH_DISPUTE]
    assert ids(account_id="acme", limit=1) == [BOTH_DISPUTE]
    assert ids(limit=1, after="1") == ["d-own"]
    assert ids(account_id="nowhere") == []
    refused = [ask(planted, "/v1/disputes", party_id=one) for one in (RIVAL, "nobody")]
    assert {one.status_code for one in refused} == {403}
    assert whole(refused[0]) == whole(refused[1])


def test_anothers_dispute_is_told_as_none(planted: Api) -> None:
    """The same status, body, headers and size; before the day of the opening too."""
    open_own(planted)
    answers: list[httpx.Response] = [
        ask(planted, f"/v1/disputes/{RIVALS_DISPUTE}"),
        ask(planted, "/v1/disputes/nothing"),
        ask(planted, "/v1/disputes/d-own", on="2026-02-09"),
        ask(planted, "/v1/disputes/d-own", known_at=1),
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({str(whole(one)) for one in answers}) == 1


def test_whom_it_was_directed_against_is_told_how_it_ended(planted: Api) -> None:
    """Also where the ruling voids the very claim that was disputed, as if it had never been."""
    open_own(planted)
    claimed = [
        one["event_id"]
        for one in planted.walk("/v1/events", type="forecast_recorded")
        if one["data"]["opportunity_id"] == RIVALS_OPPORTUNITY
    ]
    theirs = planted.headers("partner", RIVAL)
    before = planted.client.get("/v1/disputes/d-own", headers=theirs).json()
    assert (before["side"], before["state"]) == ("holder", "answered")
    said = {"outcome": "voided", "rules": ["OM-ESTABLISHED"], "reason": "Made up."}
    retractions = [event("event_retracted", on="2026-03-01", event_id=one, reason="Made up.") for one in claimed]
    planted.record(*retractions, event("dispute_ruled", on="2026-03-01", dispute_id="d-own", **said))
    after = planted.client.get("/v1/disputes/d-own", headers=theirs).json()
    assert (after["side"], after["state"], after["ruling"]["outcome"]) == ("holder", "ruled", "voided")
    listed = planted.walk("/v1/disputes", party_id=RIVAL)
    assert [(one["dispute_id"], one["against"]) for one in listed if one["dispute_id"] == "d-own"] == [
        ("d-own", [RIVAL])
    ]
