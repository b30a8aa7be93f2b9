"""Webhooks of partners: each subscribes for itself, is told what is its own, and learns nothing of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from api.identity import keys
from api.settings import Settings
from api.webhooks import dispatching, subscribing
from api.webhooks.subscriptions import Subscriptions
from tests.api.http.server import Api, serving
from tests.api.http.story import event, party
from tests.api.identity.rivals import RIVAL, ask, canaries, plant, whole
from tests.api.identity.test_own_feeds import abandoned, claimed, listed
from tests.api.webhooks.receiver import Receiver, receiving
from tests.api.webhooks.test_delivering import send_until

WEBHOOKS = "/v1/webhooks"
PUBLIC = "https://93.184.215.14/hook"
INTERNAL = "http://10.1.2.3:8080/hook"
NOBODY = "7c1f3a52-0d55-4f0e-9a52-6d7f7a4d2c11"


@pytest.fixture
def api(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The stories of two partners, served where webhooks of partners may go to loopback; it sends none itself."""
    monkeypatch.setattr(dispatching, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(dispatching, "WORKING_SECONDS", 0.02)
    settings = Settings(
        database_url=database_url,
        webhooks="elsewhere",
        webhook_networks=(ip_network("10.0.0.0/8"),),
        partner_webhook_networks=(ip_network("127.0.0.0/8"),),
    )
    with serving(settings) as served:
        yield plant(served)


def post(api: Api, path: str = WEBHOOKS, party_id: str = "north", **said: Any) -> httpx.Response:
    """What a partner is answered."""
    return api.client.post(path, json=said, headers=api.headers("partner", party_id))


def add(api: Api, party_id: str = "north", **wish: Any) -> dict[str, Any]:
    """A subscription that a partner makes."""
    answer = post(api, party_id=party_id, **{"url": PUBLIC, **wish})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def deliver(api: Api, made: dict[str, Any], receiver: Receiver, number: int) -> list[dict[str, Any]]:
    """Lets a new dispatcher send until so many messages have come; their data. Each bears a good signature."""
    send_until(api.access.ledger, lambda: len(receiver.received) >= number)
    assert len(receiver.received) == number
    hook = Webhook(made["secret"])
    return [hook.verify(one.body, one.headers)["data"] for one in receiver.received]


# ---- subscribing ----------------------------------------------------------------------------------------------------


def test_it_sees_its_own_only(api: Api) -> None:
    """Not those of insiders or of a rival; those are answered as what is not there, by every route, byte by byte."""
    insiders = api.client.post(WEBHOOKS, json={"url": PUBLIC}).json()["webhook_id"]
    rivals = add(api, RIVAL)["webhook_id"]
    made = add(api, feed="changes", kinds=["line_opened"], account_id="acme", line="x", description="d")
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert "after" not in made
    assert "party_id" not in made
    assert ask(api, WEBHOOKS).json()["items"] == [made]
    assert ask(api, f"{WEBHOOKS}/{made['webhook_id']}").json() == made
    seen = {one["webhook_id"]: one["party_id"] for one in api.ask(WEBHOOKS)["items"]}
    assert seen == {insiders: None, rivals: RIVAL, made["webhook_id"]: "north"}
    north = api.headers("partner", "north")

    def refused(webhook_id: str) -> list[Any]:
        path = f"{WEBHOOKS}/{webhook_id}"
        answers = [
            api.client.get(path, headers=north),
            api.client.get(f"{path}/deliveries", headers=north),
            api.client.delete(path, headers=north),
            post(api, f"{path}/replay", after="0"),
            api.client.post(f"{path}/secret/rotate", headers=north),
        ]
        assert [one.status_code for one in answers] == [404] * 5
        return [str(whole(one)).replace(webhook_id, "ID") for one in answers]

    assert refused(rivals) == refused(insiders) == refused(NOBODY)
    assert len(api.ask(WEBHOOKS)["items"]) == 3


def test_it_subscribes_for_itself(api: Api) -> None:
    """Not for another, by a name that is one or none; insiders may do it for it, and see whose it is."""
    assert add(api)["status"] == "active"
    for other in (RIVAL, "nobody"):
        body = {"url": PUBLIC, "party_id": other}
        refused = api.client.post(WEBHOOKS, json=body, headers=api.headers("partner", "north"))
        assert refused.status_code == 403
        assert other not in refused.text
    theirs = api.client.post(WEBHOOKS, json={"url": PUBLIC, "party_id": RIVAL}).json()
    assert theirs["party_id"] == RIVAL
    rival = api.client.get(WEBHOOKS, headers=api.headers("partner", RIVAL)).json()
    assert [one["webhook_id"] for one in rival["items"]] == [theirs["webhook_id"]]
    unknown = api.client.post(WEBHOOKS, json={"url": PUBLIC, "party_id": "nobody"})
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/party_id"]


def test_it_can_reach_no_network_of_ours(api: Api) -> None:
    """What the settings allow to insiders they do not allow to partners, whoever subscribes for them."""
    assert api.client.post(WEBHOOKS, json={"url": INTERNAL}).status_code == 201
    for refused in (post(api, url=INTERNAL), api.client.post(WEBHOOKS, json={"url": INTERNAL, "party_id": "north"})):
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/url")


def test_it_may_have_so_many(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others have, and others are not kept from theirs."""
    monkeypatch.setattr(subscribing, "MOST_OF_A_PARTY", 2)
    add(api, RIVAL)
    add(api)
    add(api)
    refused = post(api, url=PUBLIC)
    assert (refused.status_code, "2 webhooks" in refused.text) == (409, True)
    add(api, RIVAL)
    assert api.client.post(WEBHOOKS, json={"url": PUBLIC}).status_code == 201


def test_what_only_reads_subscribes_nobody(api: Api) -> None:
    """A token of the scope to read can look, and change nothing."""
    made = add(api)
    key = keys.create(api.access.ledger.store, "reads", "partner", "north", scopes=["ledger:read"], by="tester")
    reading = {"Authorization": f"Bearer {key.secret}"}
    path = f"{WEBHOOKS}/{made['webhook_id']}"
    assert api.client.get(path, headers=reading).status_code == 200
    answers = [
        api.client.post(WEBHOOKS, json={"url": PUBLIC}, headers=reading),
        api.client.delete(path, headers=reading),
        api.client.post(f"{path}/replay", json={"after": "0"}, headers=reading),
        api.client.post(f"{path}/secret/rotate", headers=reading),
    ]
    assert [one.status_code for one in answers] == [403] * 4


# ---- being told -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", ["events", "changes"])
def test_it_is_told_what_the_lists_tell_it(api: Api, feed: str) -> None:
    """Message by message, with nothing of a rival in bodies, headers or log; a new dispatcher goes on where it was."""
    own = ask(api, "/v1/events", limit=1_000).json()["items"] if feed == "events" else listed(api)
    with receiving() as receiver:
        made = add(api, url=receiver.url, feed=feed, after="0")
        assert deliver(api, made, receiver, len(own)) == own
        api.record(*claimed(RIVAL, "south-long", "y"), *claimed("north", "north-long", "y"))
        more = ask(api, "/v1/events", limit=1_000).json()["items"] if feed == "events" else listed(api)
        assert len(more) > len(own)
        assert deliver(api, made, receiver, len(more)) == more
        sent = json.dumps([(one.headers, one.body.decode()) for one in receiver.received])
    log = ask(api, f"{WEBHOOKS}/{made['webhook_id']}/deliveries", limit=1_000)
    assert [one for one in canaries(api) if one in sent or one in log.text] == []
    places = [one["after"] for one in reversed(log.json()["items"])]
    assert places == [str(one["position"] if feed == "events" else one["id"]) for one in more]


@pytest.mark.parametrize("feed", ["events", "changes"])
def test_it_has_messages_sent_again(api: Api, feed: str) -> None:
    """After the place of one in its log, with the same ids; a rival's place, or the ledger's, is none."""
    with receiving() as receiver:
        made = add(api, url=receiver.url, feed=feed, after="0")
        own = ask(api, "/v1/events", limit=1_000).json()["items"] if feed == "events" else listed(api)
        deliver(api, made, receiver, len(own))
        path = f"{WEBHOOKS}/{made['webhook_id']}"
        third = ask(api, f"{path}/deliveries", limit=1_000).json()["items"][-3]["after"]
        assert post(api, f"{path}/replay", after=third).status_code == 200
        deliver(api, made, receiver, len(own) + len(own) - 3)
        assert receiver.ids[len(own) :] == receiver.ids[3 : len(own)]
        for none in ("999", "x", "57:1:acme"):
            refused = post(api, f"{path}/replay", after=none)
            assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/after")
        said = post(api, f"{path}/replay", after="999").json()["errors"][0]["detail"]
        last = ask(api, "/v1/events").json()["position"]
        assert (
            said
            == {
                "events": f"is beyond position {last}, the last there is",
                "changes": "must be a position, or a cursor of the feed of changes",
            }[feed]
        )


@pytest.mark.parametrize("feed", ["events", "changes"])
def test_insiders_name_the_places_of_the_ledger(api: Api, feed: str) -> None:
    """As they are shown them, also of a partner's webhook; the partner's own places are not theirs."""
    with receiving() as receiver:
        made = add(api, url=receiver.url, feed=feed, after="0")
        own = ask(api, "/v1/events", limit=1_000).json()["items"] if feed == "events" else listed(api)
        deliver(api, made, receiver, len(own))
        path = f"{WEBHOOKS}/{made['webhook_id']}"
        shown = api.ask(f"{path}/deliveries", limit=1_000)["items"][-3]["after"]
        assert shown != ask(api, f"{path}/deliveries", limit=1_000).json()["items"][-3]["after"]
        replayed = api.client.post(f"{path}/replay", json={"after": shown})
        assert (replayed.status_code, replayed.json()["after"]) == (200, shown)
        deliver(api, made, receiver, len(own) + len(own) - 3)
    assert receiver.ids[len(own) :] == receiver.ids[3 : len(own)]
    wish = {"url": PUBLIC, "party_id": "north", "feed": feed, "after": str(api.position())}
    assert api.client.post(WEBHOOKS, json=wish).json()["after"] == str(api.position())


def test_who_joins_counts_nothing_anew(api: Api) -> None:
    """Its own positions do change then, and yet no fact is left out or told twice."""
    visit = event("engagement_recorded", opportunity_id="north-opp", party_id="nina", activity="Visit")
    with receiving() as receiver:
        made = add(api, url=receiver.url, after="0")
        api.record(party("olga"), *claimed("olga", "olgas", "z"))
        api.record(visit)
        before = ask(api, "/v1/events", limit=1_000).json()["position"]
        deliver(api, made, receiver, before)
        api.record(party("olga", member_of="north"))
        assert ask(api, "/v1/events", limit=1_000).json()["position"] > before + 3
        api.record(visit)
        told = deliver(api, made, receiver, before + 2)
    assert [one["type"] for one in told[before:]] == ["party_registered", "engagement_recorded"]
    assert len(set(receiver.ids)) == before + 2


def test_it_watches_a_line(api: Api) -> None:
    """Of another's, whether it opens: as it would be told if it asked."""
    with receiving() as receiver:
        made = add(api, url=receiver.url, feed="changes", account_id="acme", line="q", kinds=["line_opened"])
        api.record(*claimed(RIVAL, "south-q", "q"))
        api.record(abandoned("south-q"))
        (told,) = deliver(api, made, receiver, 1)
    assert (told["change"], told["line"], told["holder"], told["event"]) == ("line_opened", "q", None, None)


def test_a_line_is_of_changes_only(api: Api) -> None:
    """Asked of events it is pointed to, and nothing is kept."""
    refused = post(api, url=PUBLIC, line="x")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/line")
    assert Subscriptions(api.access.ledger.store).all() == []
