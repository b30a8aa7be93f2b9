"""Disputes over HTTP: the list, the dossier, rulings tried and recorded, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.api.http.server import TODAY, Api
from tests.api.http.story import account, beginning, claim, event, party

DISPUTE = "/v1/disputes/dispute-2"


def opened(
    dispute_id: str = "dispute-2", by: str = "north", account_id: str = "acme", **subject: str
) -> dict[str, Any]:
    """A dispute is opened, about opp-1 unless something else is named."""
    about = subject or {"opportunity_id": "opp-1", "line": "gtx-pro"}
    said = {"dispute_id": dispute_id, "opened_by": by, "subject": about, "claim": "We were first."}
    return event("dispute_opened", account_id, "2026-02-10", **said)


def answered(on: str = "2026-02-12") -> dict[str, Any]:
    """The manager answers."""
    return event("dispute_answered", on=on, dispute_id="dispute-2", party_id="jane", says="I forecast it.")


def ruled(outcome: str = "upheld", on: str = "2026-03-01", **more: Any) -> dict[str, Any]:
    """A ruling."""
    said = {"dispute_id": "dispute-2", "outcome": outcome, "rules": ["REASSIGN"], "reason": "So it is.", **more}
    return event("dispute_ruled", on=on, **said)


def reassigned(to: str = "north") -> dict[str, Any]:
    """What carries a ruling out."""
    said = {"opportunity_id": "opp-1", "to_party_id": to, "coverage_goal": "Ruling", "authorized_by": "management"}
    return event("opportunity_reassigned", on="2026-03-01", **said)


def test_disputes_are_listed_page_by_page(api: Api) -> None:
    """In the order of their opening, as they stand on the day, for a party, an account or a state."""
    api.record(*beginning(), *claim(), account("bolt"), *claim("jane", "opp-2", "bolt"))
    api.record(opened(), opened("dispute-1", "north", "bolt", line="gtx-pro"), answered())
    told = api.walk("/v1/disputes", limit=1)
    assert [(one["dispute_id"], one["account_id"], one["state"]) for one in told] == [
        ("dispute-2", "acme", "answered"),
        ("dispute-1", "bolt", "open"),
    ]
    assert told[0] == {
        "dispute_id": "dispute-2",
        "account_id": "acme",
        "subject": {"opportunity_id": "opp-1", "line": "gtx-pro", "contract_id": None},
        "state": "answered",
        "opened_by": "north",
        "opened_on": "2026-02-10",
        "against": ["jane"],
        "claim": "We were first.",
        "answer_due_on": "2026-02-24",
        "answer_overdue": False,
        "ruling_due_on": "2026-03-12",
        "ruling_overdue": TODAY > date(2026, 3, 12),
        "answered_on": "2026-02-12",
        "closed_on": None,
        "outcome": None,
    }
    for asked, found in (
        ({"account_id": "bolt"}, ["dispute-1"]),
        ({"state": "answered"}, ["dispute-2"]),
        ({"party_id": "jane"}, ["dispute-2", "dispute-1"]),
        ({"on": "2026-02-09"}, []),
        ({"on": "2026-02-11", "state": "open"}, ["dispute-2", "dispute-1"]),
    ):
        assert [one["dispute_id"] for one in api.walk("/v1/disputes", limit=1, **asked)] == found


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/v1/disputes", {"state": "settled"}, 422),
        ("/v1/disputes", {"account_id": "nowhere"}, 404),
        ("/v1/disputes", {"party_id": "nobody"}, 404),
        ("/v1/disputes", {"after": "nonsense"}, 422),
        ("/v1/disputes", {"colour": "red"}, 422),
        ("/v1/disputes/dispute-9", {}, 404),
        (DISPUTE, {"on": "2026-02-09"}, 404),
        (DISPUTE, {"known_at": "3"}, 404),
        (DISPUTE, {"known_at": "9999"}, 422),
        (DISPUTE, {"limit": "3"}, 422),
    ],
)
def test_questions_that_can_not_be_answered(sqlite_api: Api, path: str, asked: dict[str, str], status: int) -> None:
    """A clear problem each; never a 500."""
    sqlite_api.record(*beginning(), *claim(), opened())
    answer = sqlite_api.get(path, **asked)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_the_dossier(api: Api) -> None:
    """Both claims, the rights on both clocks, evidence and answers, what decides, who knew what, what would change."""
    recorded = api.record(*beginning(), *claim())["events"]
    first = recorded[-1]["event_id"]
    opening = api.record(opened())["events"][0]
    said = {"dispute_id": "dispute-2", "party_id": "north", "says": "See.", "event_ids": [first], "document_ref": "m/1"}
    api.record(event("dispute_evidence_submitted", on="2026-02-11", **said), answered())
    told = api.ask(DISPUTE, on="2026-03-01")
    assert [(one["party_id"], one["role"], one["says"]) for one in told["claims"]] == [
        ("north", "opener", "We were first."),
        ("jane", "holder", "I forecast it."),
    ]
    assert [[verdict["rule"] for verdict in one["verdicts"]] for one in told["claims"]] == [
        ["CALL-RESERVED"],
        ["CALL-OM"],
    ]
    assert {verdict["contested"] for one in told["claims"] for verdict in one["verdicts"]} == {True}
    rights = told["rights"]
    assert (rights["known_then"]["on"], rights["known_then"]["known_at"]) == ("2026-02-10", opening["position"])
    assert [one["holder"] for part in rights.values() for one in part["items"]] == ["jane"] * 3
    (evidence,) = told["evidence"]
    assert (evidence["party_id"], evidence["event_ids"], evidence["document_ref"]) == ("north", [first], "m/1")
    assert [one["says"] for one in told["answers"]] == ["I forecast it."]
    cited = {one["event_id"]: one for one in told["deciding_events"]}
    assert (cited[first]["rules"], cited[first]["evidence"]) == (["OM-ESTABLISHED", "OM-GRACE"], True)
    assert [one["what"] for one in told["knowledge"]] == [
        "claim_established",
        "dispute_opened",
        "dispute_evidence_submitted",
        "dispute_answered",
    ]
    assert [one["outcome"] for one in told["possible_rulings"]] == [
        "upheld",
        "transferred",
        "shared",
        "extended",
        "voided",
    ]
    assert (told["ruling"], told["withdrawn"], told["on"]) == (None, None, "2026-03-01")


def without_reasons(difference: dict[str, Any]) -> list[dict[str, Any]]:
    """The rights that begin, without their reasons: these cite events whose ids are made when they are recorded."""
    return [{**one, "reasons": []} for one in difference["begun"]["rights"]]


def test_what_is_proposed_can_be_recorded_as_it_stands(api: Api) -> None:
    """The events of a possible ruling, with the ruling itself: a dry run tells the same difference, then it is done."""
    api.record(*beginning(), *claim(), opened())
    proposed = {one["outcome"]: one for one in api.ask(DISPUTE, on="2026-03-01")["possible_rulings"]}["transferred"]
    batch = [*proposed["events"], ruled("transferred")]
    tried = api.send(*batch, query="?dry_run=true")
    assert tried.status_code == 200, tried.text
    (change,) = tried.json()["changes"]
    assert (change["ended"]["rights"], change["begun"]["rights"]) == (
        proposed["difference"]["ended"]["rights"],
        proposed["difference"]["begun"]["rights"],
    )
    assert api.ask(DISPUTE)["state"] == "open"
    api.record(*batch)
    told = api.ask(DISPUTE)
    assert (told["state"], told["outcome"], told["closed_on"]) == ("ruled", "transferred", "2026-03-01")
    assert [one["type"] for one in told["ruling"]["carried_out_by"]] == ["opportunity_reassigned"]
    assert without_reasons(told["ruling"]["difference"]) == without_reasons(proposed["difference"])
    assert told["possible_rulings"] == []
    assert [one["holder"] for one in told["rights"]["on_the_day"]["items"]] == ["north"]


def test_a_ruling_is_recorded_with_what_carries_it_out_or_not_at_all(api: Api) -> None:
    """One batch: if one event is refused, neither the ruling nor anything else is there."""
    api.record(*beginning(), *claim(), opened())
    position = api.position()
    answer = api.send(ruled("transferred"), reassigned("nobody"))
    assert (answer.status_code, api.position()) == (422, position)
    answer = api.send(reassigned(), ruled("transferred"), ruled())
    assert (answer.status_code, api.position()) == (409, position)
    told = answer.json()
    assert told["type"] == "/problems/rule-refused"
    assert told["errors"][0]["pointer"] == "/events/2/data/dispute_id"
    assert "rule" not in told
    assert api.ask(DISPUTE)["state"] == "open"


@pytest.mark.parametrize(
    ("sent", "status", "pointer"),
    [
        (opened("dispute-3", "olga") | {"effective_on": "2026-01-09"}, 409, "/events/0/data/opened_by"),
        (opened("dispute-3", line="nothing"), 422, "/events/0/data/subject/line"),
        (opened("dispute-3", opportunity_id="opp-9"), 422, "/events/0/data/subject/opportunity_id"),
        (opened("dispute-3", contract_id="c-9"), 422, "/events/0/data/subject/contract_id"),
        (opened(), 409, "/events/0/data/dispute_id"),
        (answered("2026-02-09"), 409, "/events/0/effective_on"),
        (ruled(rules=["NOBODY-KNOWS"]), 422, "/events/0/data/rules/0"),
        (ruled(on="2026-02-09"), 409, "/events/0/effective_on"),
        (ruled("split"), 422, "/events/0/data/outcome"),
        (
            event("dispute_answered", on="2026-02-12", dispute_id="dispute-2", party_id="north", says="Yes."),
            409,
            "/events/0/data/party_id",
        ),
        (
            event("dispute_withdrawn", on="2026-02-12", dispute_id="dispute-9", reason="Settled."),
            422,
            "/events/0/data/dispute_id",
        ),
    ],
)
def test_what_is_refused(sqlite_api: Api, sent: dict[str, Any], status: int, pointer: str) -> None:
    """At its place: malformed or unknown 422, against the order of a dispute 409."""
    sqlite_api.record(*beginning(), *claim(), party("olga"), opened())
    answer = sqlite_api.send(sent)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer), answer.text


def test_rights_the_timeline_and_the_overview_say_what_is_contested(api: Api) -> None:
    """On the day asked about, as known then."""
    before = api.record(*beginning(), *claim())["position"]
    api.record(opened())
    for path in ("/v1/accounts/acme/rights", "/v1/parties/jane/rights"):
        marks = {on: [one["contested"] for one in api.ask(path, on=on)["items"]] for on in ("2026-02-09", "2026-02-10")}
        assert marks == {"2026-02-09": [False], "2026-02-10": [True]}, path
        assert [one["contested"] for one in api.ask(path, on="2026-02-10", known_at=before)["items"]] == [False]
    api.record(ruled(on="2026-03-01"))
    whole = api.ask("/v1/accounts/acme/timeline")["items"]
    assert [(one["status"], one["contested"]) for one in whole] == [
        ("active", True),
        ("in_grace", False),
        ("lapsed", False),
    ]
    assert not any(one["contested"] for one in api.ask("/v1/accounts/acme/timeline", known_at=before)["items"])
    overview = api.ask("/v1/accounts/acme/overview", on="2026-02-10")
    assert [one["dispute_id"] for one in overview["disputes"]] == ["dispute-2"]
    assert overview["lines"][0]["others"]["partner"]["contested"] is True


def test_a_dispute_on_a_contract_marks_its_renewal(api: Api) -> None:
    """The verdict on it, and the right won on it."""
    award = event(
        "business_awarded",
        on="2026-02-01",
        opportunity_id="opp-1",
        contract_id="c-1",
        currency="USD",
        lines=[{"line": "gtx-pro", "amount": "40000.00"}],
    )
    api.record(*beginning(), *claim(), award, opened(contract_id="c-1"))
    path = "/v1/accounts/acme/calling-rights"
    assert api.ask(path, party_id="north", contract_id="c-1", on="2026-02-10")["contested"] is True
    assert api.ask(path, party_id="north", line="gtx-pro", on="2026-02-10")["contested"] is False
    (won,) = api.ask("/v1/accounts/acme/rights", on="2026-02-10")["items"]
    assert (won["status"], won["contested"]) == ("won", True)
    told = api.ask(DISPUTE, on="2026-03-01")
    assert [verdict["contract_id"] for one in told["claims"] for verdict in one["verdicts"]] == ["c-1", "c-1"]


def test_the_dossier_is_answered_alike_for_ever(api: Api) -> None:
    """The same day and the same position: the same bytes, whatever was recorded since."""
    api.record(*beginning(), *claim(), opened())
    position = api.position()
    before = api.get(DISPUTE, on="2026-03-01", known_at=position).content
    listed = api.get("/v1/disputes", on="2026-03-01", known_at=position).content
    api.record(answered(), ruled("transferred"), reassigned())
    assert api.get(DISPUTE, on="2026-03-01", known_at=position).content == before
    assert api.get("/v1/disputes", on="2026-03-01", known_at=position).content == listed
