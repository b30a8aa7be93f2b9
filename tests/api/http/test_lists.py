"""Lists over HTTP: views and who sees them, the lines they show, the home list, contacts, and lists as files."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from tests.api.http.server import Api
from tests.api.http.story import account, appointment, beginning, event, opportunity, party

VIEW: dict[str, Any] = {
    "view_id": "best",
    "of": "opportunities",
    "name": "Best",
    "columns": ["name", "amount"],
    "filters": [{"field": "state", "op": "eq", "value": "open"}],
    "sort": [{"field": "amount", "descending": True}],
}


def saved(on: str = "2026-01-20", **said: Any) -> dict[str, Any]:
    """A view."""
    return event("list_view_saved", None, on, **{**VIEW, **said})


def worth(opportunity_id: str, amount: str, account_id: str = "acme", **more: Any) -> dict[str, Any]:
    """An opportunity is worth so much."""
    said = {"opportunity_id": opportunity_id, "amount": amount, "currency": "USD", **more}
    return event("opportunity_revised", account_id, "2026-01-15", **said)


def deals(api: Api) -> None:
    """Three opportunities of two accounts."""
    api.record(*beginning(), account("bolt"), opportunity(), opportunity("opp-2", "bolt"), opportunity("opp-3"))
    api.record(worth("opp-1", "10.00"), worth("opp-2", "900.00", "bolt"), worth("opp-3", "30.00"))


def test_a_view_is_told_and_run(api: Api) -> None:
    """In its columns, with the ids of its lines, page by page in its order, on both clocks."""
    deals(api)
    position = api.record(saved())["position"]
    (told,) = api.walk("/v1/views", on="2026-02-01")
    assert {name: told[name] for name in VIEW} == VIEW
    assert (told["owner"], told["shared"], told["saved_on"]) == ("admin/development", False, "2026-01-20")
    assert api.ask("/v1/views/best")["position"] == position
    lines = api.walk("/v1/views/best/items", limit=1)
    assert lines == [
        {"account_id": "bolt", "opportunity_id": "opp-2", "name": lines[0]["name"], "amount": "900.00"},
        {"account_id": "acme", "opportunity_id": "opp-3", "name": lines[1]["name"], "amount": "30.00"},
        {"account_id": "acme", "opportunity_id": "opp-1", "name": lines[2]["name"], "amount": "10.00"},
    ]
    api.record(event("business_lost", "bolt", "2026-02-01", opportunity_id="opp-2", reason="Price."))
    assert len(api.walk("/v1/views/best/items", on="2026-02-01")) == 2
    assert len(api.walk("/v1/views/best/items", on="2026-01-31")) == 3
    assert len(api.walk("/v1/views/best/items", on="2026-02-01", known_at=position)) == 3
    assert api.get("/v1/views/best", on="2026-01-19").status_code == 404


def test_a_private_view_is_for_who_saved_it(sqlite_api: Api) -> None:
    """And for an administrator; a shared one for everybody who sees lists."""
    api = sqlite_api
    deals(api)
    seller = api.headers("seller", "jane")
    assert api.send(saved(), headers=seller).status_code == 201
    assert api.send(saved(view_id="ours", name="Ours", shared=True), headers=seller).status_code == 201
    for role, seen in (("seller", ["best", "ours"]), ("admin", ["best", "ours"]), ("sales_ops", ["ours"])):
        headers: Any = seller if role == "seller" else api.headers(role)  # type: ignore[arg-type]
        items = api.client.get("/v1/views", headers=headers).json()["items"]
        assert [one["view_id"] for one in items] == seen
        for path in ("/v1/views/best", "/v1/views/best/items", "/v1/exports/opportunities.csv?view_id=best"):
            assert api.client.get(path, headers=headers).status_code == (200 if "best" in seen else 404)
    assert api.client.get("/v1/views", headers=api.headers("partner", "north")).status_code == 403


def test_a_view_is_changed_by_who_saved_it(sqlite_api: Api) -> None:
    """Nobody else saves it again, deletes it, or takes its saving back, but an administrator."""
    api = sqlite_api
    deals(api)
    seller, operations = api.headers("seller", "jane"), api.headers("sales_ops")
    event_id = api.send(saved(shared=True), headers=seller).json()["events"][0]["event_id"]
    for one, place in (
        (saved(name="Mine"), "/events/0/data/view_id"),
        (event("list_view_deleted", None, "2026-02-01", view_id="best"), "/events/0/data/view_id"),
        (event("event_retracted", None, "2026-02-01", event_id=event_id, reason="x"), "/events/0/data/event_id"),
    ):
        refused = api.send(one, headers=operations)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, place)
    assert api.send(saved(owner="omar"), headers=seller).status_code == 403
    assert api.send(saved(name="Better", owner="jane"), headers=seller).status_code == 201
    assert api.ask("/v1/views/best")["name"] == "Better"
    api.record(event("list_view_deleted", None, "2026-02-01", view_id="best"))
    assert api.get("/v1/views/best").status_code == 404


def test_what_a_view_can_not_be_is_told_with_its_place(api: Api) -> None:
    """By VIEWS: 422 for a form, 409 for a name that is taken."""
    deals(api)
    api.record(saved())
    for said, status, pointer in (
        ({"columns": ["colour"]}, 422, "/events/0/data/columns/0"),
        ({"of": "spaceships"}, 422, "/events/0/data/of"),
        ({"columns": ["name", "name"]}, 422, "/events/0/data/columns/1"),
        ({"filters": [{"field": "name", "op": "like", "value": "x"}]}, 422, "/events/0/data/filters/0/op"),
        ({"filters": [{"field": "name", "op": "eq", "value": 5}]}, 422, "/events/0/data/filters/0/value"),
        ({"filters": [{"field": "name", "op": "eq", "value": {}}]}, 422, "/events/0/data/filters/0/value"),
        ({"view_id": "other"}, 409, "/events/0/data/name"),
        ({"of": "accounts", "columns": ["name"], "filters": [], "sort": []}, 409, "/events/0/data/of"),
    ):
        refused = api.send(saved(**said))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (status, pointer), said
    gone = event("list_view_deleted", None, "2026-01-21", view_id="best")
    api.record(gone)
    refused = api.send(gone)
    assert (refused.status_code, refused.json()["rule"]) == (409, "VIEWS")
    twice = api.send(saved(view_id="a", name="Same"), saved(view_id="b", name="SAME"))
    assert (twice.status_code, twice.json()["errors"][0]["pointer"]) == (409, "/events/1/data/name")


def test_the_home_list_tells_what_waits(api: Api) -> None:
    """Overdue first, each with why, page by page."""
    deals(api)
    api.record(party("mary"), appointment(), appointment(opportunity_id="opp-3"))
    api.record(
        worth("opp-1", "200000.00", expected_close_on="2026-03-31"),
        worth("opp-3", "10.00", expected_close_on="2026-02-01"),
    )
    told = api.walk("/v1/home", party_id="jane", on="2026-03-15", limit=1)
    assert [(one["opportunity_id"], one["overdue"], [why["kind"] for why in one["why"]]) for one in told] == [
        ("opp-3", True, ["overdue"]),
        ("opp-1", False, ["closing_soon", "important"]),
    ]
    assert [why["says"] for why in told[1]["why"]] == [
        "It is expected to close on 2026-03-31, in 16 days.",
        "It is worth 100,000 USD or more.",
    ]
    assert api.walk("/v1/home", party_id="mary", on="2026-03-15") == []
    assert api.get("/v1/home", party_id="nobody").status_code == 404
    assert api.get("/v1/home").status_code == 422


def test_contacts_of_an_account(api: Api) -> None:
    """As last recorded by the day; one recorded anew replaces, one retracted is gone; nobody else can be one."""
    api.record(*beginning(), party("nora", "contact"))
    first = event("contact_recorded", on="2026-02-01", party_id="nora", title="Buyer", attributes={"vip": True})
    event_id = api.record(first)["events"][0]["event_id"]
    again = event("contact_recorded", on="2026-03-01", party_id="nora", email="nora@acme.example")
    api.record(again)
    path = "/v1/accounts/acme/contacts"
    assert api.walk(path, on="2026-01-31") == []
    (told,) = api.walk(path, on="2026-02-28")
    assert (told["party_id"], told["title"], told["attributes"]) == ("nora", "Buyer", {"vip": True})
    (told,) = api.walk(path, on="2026-03-01")
    assert (told["title"], told["email"], told["since"]) == (None, "nora@acme.example", "2026-03-01")
    api.record(event("event_retracted", on="2026-03-02", event_id=event_id, reason="Wrong person."))
    assert api.walk(path, on="2026-02-28") == []
    assert api.get("/v1/accounts/nowhere/contacts").status_code == 404
    refused = api.send(event("contact_recorded", on="2026-02-01", party_id="jane"))
    assert (refused.status_code, refused.json()["rule"]) == (409, "VIEWS")


def records(answer: httpx.Response) -> list[dict[str, str]]:
    """The records of a file."""
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_lists_are_had_as_files(api: Api) -> None:
    """Whole, named, with the day and the position on every record; as a view shows them, in its order."""
    deals(api)
    api.record(saved(), party("nora", "contact"), event("contact_recorded", party_id="nora", phone="+49 30 1"))
    position = api.position()
    answer = api.get("/v1/exports/opportunities.csv", on="2026-03-01")
    rows = records(answer)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["ledger-position"] == str(position)
    name = f"opportunities-2026-03-01-{position}.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert [(one["opportunity_id"], one["amount"]) for one in rows] == [
        ("opp-1", "10.00"),
        ("opp-3", "30.00"),
        ("opp-2", "900.00"),
    ]
    assert {(one["on"], one["position"]) for one in rows} == {("2026-03-01", str(position))}
    shown = records(api.get("/v1/exports/opportunities.csv", view_id="best"))
    assert [one["opportunity_id"] for one in shown] == ["opp-2", "opp-3", "opp-1"]
    assert [one["account_id"] for one in records(api.get("/v1/exports/accounts.csv"))] == ["acme", "bolt"]
    assert [one["phone"] for one in records(api.get("/v1/exports/contacts.csv"))] == ["'+49 30 1"]
    api.record(event("lead_captured", None, lead_id="l-1", name="=Ada"))
    assert [one["name"] for one in records(api.get("/v1/exports/leads.csv"))] == ["'=Ada"]
    api.record(saved(view_id="fresh", of="leads", columns=["name", "state"], filters=[], sort=[], name="Fresh"))
    assert api.walk("/v1/views/fresh/items") == [{"lead_id": "l-1", "name": "=Ada", "state": "captured"}]
    assert "jane" in [one["party_id"] for one in records(api.get("/v1/exports/parties.csv"))]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/exports/secrets.csv", 422),
        ("/v1/exports/accounts.csv?view_id=best", 422),
        ("/v1/exports/opportunities.csv?view_id=none", 404),
        ("/v1/exports/opportunities.csv?limit=5", 422),
        ("/v1/exports/opportunities.csv?known_at=999", 422),
        ("/v1/views?of=spaceships", 422),
        ("/v1/views/none/items", 404),
        ("/v1/views/best/items?after=x", 422),
    ],
)
def test_a_question_that_can_not_be_answered(sqlite_api: Api, path: str, status: int) -> None:
    """Is a problem, before anything of a file is sent."""
    deals(sqlite_api)
    sqlite_api.record(saved())
    assert sqlite_api.client.get(path).status_code == status
