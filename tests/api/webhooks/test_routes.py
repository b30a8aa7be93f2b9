"""Webhooks over HTTP: what each route answers, from the first subscription to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from api.settings import Settings
from api.webhooks.subscriptions import Attempt, Subscriptions
from tests.api.http.server import Api, serving
from tests.api.http.story import account

URL = "https://93.184.215.14/hook"
NOBODY = "7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11"


@pytest.fixture
def api(database_url: str) -> Iterator[Api]:
    """A served ledger that lets webhooks go to one network of its own, and sends none itself."""
    networks = (ip_network("10.1.0.0/16"),)
    with serving(Settings(database_url=database_url, webhook_networks=networks, webhooks="elsewhere")) as served:
        yield served


def add(api: Api, **wish: Any) -> dict[str, Any]:
    """A subscription that is made; the answer."""
    answer = api.client.post("/v1/webhooks", json={"url": URL, **wish})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def note(api: Api, webhook_id: str, outcome: str, message_id: str) -> None:
    """An attempt to deliver, as a dispatcher notes it."""
    subscriptions = Subscriptions(api.access.ledger.store)
    leased = subscriptions.lease(webhook_id, "tester", timedelta(minutes=1))
    assert leased is not None
    status = 204 if outcome == "delivered" else 500
    attempt = Attempt(message_id, "1", "account_opened", 1, datetime.now(UTC), outcome, status, None, 3)
    assert subscriptions.note(leased, "tester", attempt)
    subscriptions.release("tester")


def test_the_secret_is_shown_once(api: Api) -> None:
    """By the answer that makes it, and by no other; everything asked for stands in the answer."""
    api.record(account())
    wish = {
        "feed": "changes",
        "kinds": ["line_opened"],
        "account_id": "acme",
        "description": "d",
        "format": "cloudevents",
    }
    made = add(api, **wish)
    assert made["secret"].startswith("whsec_")
    told = {name: value for name, value in made.items() if name != "secret"}
    assert {name: told[name] for name in wish} == wish
    assert (told["url"], told["status"], told["after"]) == (URL, "active", str(api.position()))
    assert api.ask(f"/v1/webhooks/{made['webhook_id']}") == told
    assert api.ask("/v1/webhooks") == {"items": [told], "next": None, "position": api.position()}
    plain = add(api, after="0")
    assert (plain["feed"], plain["format"], plain["kinds"], plain["after"]) == ("events", "plain", [], "0")
    assert [one["webhook_id"] for one in api.ask("/v1/webhooks")["items"]] == [made["webhook_id"], plain["webhook_id"]]


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"url": "http://127.0.0.1/hook"}, "/url"),
        ({"url": "http://10.2.0.1/hook"}, "/url"),
        ({"url": "http://169.254.169.254/latest/meta-data"}, "/url"),
        ({"url": "ftp://93.184.215.14/"}, "/url"),
        ({"url": "https://user:password@93.184.215.14/"}, "/url"),
        ({"url": "https://" + "x" * 2_048}, "/url"),
        ({"feed": "everything"}, "/feed"),
        ({"format": "xml"}, "/format"),
        ({"kinds": ["line_opened"]}, "/kinds/0"),
        ({"account_id": "nobody"}, "/account_id"),
        ({"after": "99"}, "/after"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_with_a_wish_is_pointed_to(api: Api, wish: dict[str, Any], pointer: str) -> None:
    """422 with the place, and nothing is kept."""
    answer = api.client.post("/v1/webhooks", json={"url": URL, **wish})
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert api.ask("/v1/webhooks")["items"] == []


def test_a_network_of_its_own_may_be_allowed(api: Api) -> None:
    """By the setting, and only that one."""
    assert add(api, url="http://10.1.2.3:8080/hook")["url"] == "http://10.1.2.3:8080/hook"


def test_a_secret_is_replaced(api: Api) -> None:
    """A new one is shown, this once; both sign for a day."""
    made = add(api)
    rotated = api.client.post(f"/v1/webhooks/{made['webhook_id']}/secret/rotate")
    assert rotated.status_code == 200
    told = rotated.json()
    assert {name: value for name, value in told.items() if name != "secret"} == api.ask(
        f"/v1/webhooks/{made['webhook_id']}"
    )
    state = Subscriptions(api.access.ledger.store).one(made["webhook_id"])
    assert state.secrets(datetime.now(UTC)) == [told["secret"], made["secret"]]
    assert told["secret"] != made["secret"]


def test_a_replay_goes_back_and_works_again(api: Api) -> None:
    """To a place that is there; one that is ahead or none is pointed to."""
    api.record(account("one"), account("two"))
    made = add(api)
    path = f"/v1/webhooks/{made['webhook_id']}"
    assert made["after"] == "2"
    replayed = api.client.post(f"{path}/replay", json={"after": "1"})
    assert (replayed.status_code, replayed.json()["after"], replayed.json()["status"]) == (200, "1", "active")
    assert api.ask(path)["after"] == "1"
    for after in ("3", "x"):
        refused = api.client.post(f"{path}/replay", json={"after": after})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")
    assert api.client.post(f"{path}/replay", json={}).status_code == 422
    assert api.ask(path)["after"] == "1"


def test_the_log_of_deliveries(api: Api) -> None:
    """The latest first, page by page, by outcome; a cursor that is none is refused."""
    api.record(account())
    made = add(api, after="0")
    path = f"/v1/webhooks/{made['webhook_id']}/deliveries"
    assert api.ask(path)["items"] == []
    for number, outcome in enumerate(("failed", "delivered", "dead")):
        note(api, made["webhook_id"], outcome, f"m-{number}")
    found = api.walk(path)
    assert [(one["message_id"], one["outcome"], one["status"]) for one in found] == [
        ("m-2", "dead", 500),
        ("m-1", "delivered", 204),
        ("m-0", "failed", 500),
    ]
    assert api.walk(path, limit=1) == found
    assert [one["message_id"] for one in api.walk(path, outcome="dead")] == ["m-2"]
    assert api.get(path, after="x").status_code == 422
    assert api.get(path, outcome="lost").status_code == 422


def test_it_ends(api: Api) -> None:
    """The answer is what it was; then there is none, on whatever path."""
    made = add(api)
    path = f"/v1/webhooks/{made['webhook_id']}"
    before = api.ask(path)
    gone = api.client.delete(path)
    assert (gone.status_code, gone.json()) == (200, before)
    assert api.ask("/v1/webhooks")["items"] == []
    for one in (path, f"/v1/webhooks/{NOBODY}"):
        answers = [
            api.client.get(one),
            api.client.delete(one),
            api.client.get(f"{one}/deliveries"),
            api.client.post(f"{one}/replay", json={"after": "0"}),
            api.client.post(f"{one}/secret/rotate"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
    assert api.client.get("/v1/webhooks/nonsense").status_code == 422
