"""Delivering: signed, in order, at least once; tried again later and later, given up, disabled, sent again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Any

import pytest
from standardwebhooks import Webhook

from api.feeds.tail import Tail
from api.settings import Settings
from api.webhooks import dispatching
from api.webhooks.dispatching import Dispatcher
from api.webhooks.subscribing import NotTaken, subscribe
from api.webhooks.subscriptions import Subscription, Subscriptions, Wish
from api.wiring import RightsLedger, open_ledger
from projections.recording import Submission
from tests.api.http.story import account, beginning, claim
from tests.api.webhooks.receiver import Answer, Received, receiving

LOOPBACK = (ip_network("127.0.0.0/8"),)
SECONDS = 30


def settings(database_url: str, **more: Any) -> Settings:
    """Settings that let webhooks go to loopback, and try again at once."""
    given = {"webhook_networks": LOOPBACK, "webhook_retry_seconds": (0.0, 0.0), "webhook_disable_after": 2, **more}
    return Settings(database_url=database_url, **given)


@pytest.fixture
def ledger(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RightsLedger]:
    """An open ledger on both databases in turn; looks follow each other quickly."""
    monkeypatch.setattr(dispatching, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(dispatching, "WORKING_SECONDS", 0.02)
    monkeypatch.setattr(dispatching, "BREATH_SECONDS", 0.005)
    with open_ledger(settings(database_url)) as opened:
        yield opened


def record(ledger: RightsLedger, *events: dict[str, Any]) -> list[str]:
    """Records events; their ids."""
    receipt = ledger.recorder.record(Submission(list(events), "tester"))
    return [json.loads(one if isinstance(one, str) else "null")["event_id"] for one in receipt.events]


def accounts(ledger: RightsLedger, *names: str) -> list[str]:
    """Opens accounts; the ids of the events."""
    return record(ledger, *map(account, names))


def send_until(
    ledger: RightsLedger, reached: Callable[[], bool], *, number: int = 1, now: Callable[[], datetime] | None = None
) -> None:
    """Lets dispatchers work until something is so."""

    async def work() -> None:
        tail = Tail(ledger.bell, lambda: ledger.read.head().position, 0.05)
        tail.start()
        more = {} if now is None else {"now": now}
        tasks = [asyncio.create_task(Dispatcher(ledger, tail, **more).run()) for _ in range(number)]
        end = time.monotonic() + SECONDS
        try:
            while not await asyncio.to_thread(reached):
                assert time.monotonic() < end, "it did not come about"
                await asyncio.sleep(0.01)
        finally:
            tail.stop()
            await asyncio.gather(*tasks)
            await tail.close()

    asyncio.run(work())


def state(ledger: RightsLedger, made: Subscription) -> Subscription:
    """How a subscription stands."""
    return Subscriptions(ledger.store).one(made.webhook_id)


def outcomes(ledger: RightsLedger, made: Subscription) -> list[str]:
    """What the attempts came to, the first first."""
    return [one.outcome for one in reversed(Subscriptions(ledger.store).deliveries(made.webhook_id))]


def verified(secret: str, one: Received) -> Any:
    """The message, checked by the library of the specification."""
    return Webhook(secret).verify(one.body, one.headers)


def test_messages_are_signed_and_in_order(ledger: RightsLedger) -> None:
    """An independent verifier takes them; each event comes once, in the order of recording."""
    with receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        ids = accounts(ledger, *(f"a-{number}" for number in range(12)))
        send_until(ledger, lambda: state(ledger, made).cursor == "12")
    assert receiver.ids == ids
    said = [verified(made.secret, one) for one in receiver.received]
    assert [one["type"] for one in said] == ["account_opened"] * 12
    assert {one.headers["content-type"] for one in receiver.received} == {"application/json"}
    assert [one["data"]["event_id"] for one in said] == ids
    with pytest.raises(Exception, match="No matching signature"):
        verified("whsec_" + "A" * 43 + "=", receiver.received[0])


def test_a_failed_message_is_tried_again_before_the_next(ledger: RightsLedger) -> None:
    """Errors and redirects (which are not followed) are failures; the id stays the same."""
    answers: dict[int, Answer] = {1: (500, {}), 2: (302, {"Location": "http://127.0.0.1:1/elsewhere"})}
    with receiving(lambda number: answers.get(number, (200, {}))) as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        first, second = accounts(ledger, "one", "two")
        send_until(ledger, lambda: state(ledger, made).cursor == "2")
    assert receiver.ids == [first, first, first, second]
    assert outcomes(ledger, made) == ["failed", "failed", "delivered", "delivered"]
    assert {one.path for one in receiver.received} == {"/hook"}


def test_given_up_disabled_and_replayed(ledger: RightsLedger) -> None:
    """Two dead letters in a row disable it; a replay sends all of them again, under the same ids."""
    with receiving(lambda _: (503, {})) as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        ids = accounts(ledger, "one", "two", "three")
        send_until(ledger, lambda: state(ledger, made).status == "disabled")
        assert outcomes(ledger, made) == ["failed", "failed", "dead"] * 2
        assert state(ledger, made).status_reason == "2 messages in a row could not be delivered"
        dead = Subscriptions(ledger.store).deliveries(made.webhook_id, outcome="dead")
        assert [one.message_id for one in dead] == [ids[1], ids[0]]
        receiver.answer = lambda _: (204, {})
        receiver.received.clear()
        Subscriptions(ledger.store).replay(made.webhook_id, "0")
        send_until(ledger, lambda: state(ledger, made).cursor == "3")
    assert receiver.ids == ids
    assert state(ledger, made).status == "active"


def test_gone_disables_at_once(ledger: RightsLedger) -> None:
    """410 says that nothing is wanted any more."""
    with receiving(lambda _: (410, {})) as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        accounts(ledger, "one")
        send_until(ledger, lambda: state(ledger, made).status == "disabled")
    assert (len(receiver.received), state(ledger, made).status_reason) == (1, "the target answered 410 Gone")


def test_delays_grow_as_the_settings_say(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of the test's own: each attempt comes after its delay, stretched by chance by a fifth at most."""
    monkeypatch.setattr(dispatching, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(dispatching, "WORKING_SECONDS", 0.01)
    monkeypatch.setattr(dispatching, "BREATH_SECONDS", 0.001)
    at = datetime(2026, 4, 2, tzinfo=UTC)

    def ticking() -> datetime:
        nonlocal at
        at += timedelta(seconds=5)
        return at

    delays = (30.0, 120.0, 600.0)
    with (
        open_ledger(settings(database_url, webhook_retry_seconds=delays)) as ledger,
        receiving(lambda _: (500, {})) as receiver,
    ):
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        accounts(ledger, "one")
        send_until(ledger, lambda: outcomes(ledger, made).count("dead") == 1, now=ticking)
        tries = [one.attempted_at for one in reversed(Subscriptions(ledger.store).deliveries(made.webhook_id))]
    waited = [(after - before).total_seconds() for before, after in pairwise(tries)]
    assert len(waited) == 3
    for seconds, delay in zip(waited, delays, strict=True):
        assert 0.8 * delay <= seconds <= 1.2 * delay + 40


def test_a_delay_holds_for_one_who_saw_the_subscription_before(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look may have been taken just before the last attempt was noted: the delay is kept all the same."""
    monkeypatch.setattr(dispatching, "LOOK_SECONDS", 0.01)
    before = Subscriptions.all
    looks = 0

    def late(self: Subscriptions, *whose: str | None) -> list[Subscription]:
        nonlocal looks
        looks += 1
        return [replace(one, attempts=0, next_attempt_at=None) for one in before(self, *whose)]

    monkeypatch.setattr(Subscriptions, "all", late)
    with (
        open_ledger(settings(database_url, webhook_retry_seconds=(3600.0,))) as ledger,
        receiving(lambda _: (500, {})) as receiver,
    ):
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        accounts(ledger, "one")
        send_until(ledger, lambda: outcomes(ledger, made) == ["failed"])
        seen = looks
        send_until(ledger, lambda: looks > seen + 10)
    assert len(receiver.received) == 1


def test_two_dispatchers_send_each_message_once(ledger: RightsLedger) -> None:
    """Whoever holds the lease sends; the other one waits."""
    with receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        ids = accounts(ledger, *(f"a-{number}" for number in range(40)))
        send_until(ledger, lambda: state(ledger, made).cursor == "40", number=2)
    assert receiver.ids == ids


def test_both_secrets_sign_after_a_rotation(ledger: RightsLedger) -> None:
    """The receiver may check by either, until a day has gone by."""
    with receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        rotated = Subscriptions(ledger.store).rotate(made.webhook_id)
        accounts(ledger, "one")
        send_until(ledger, lambda: state(ledger, made).cursor == "1")
    assert made.secret != rotated.secret
    for secret in (made.secret, rotated.secret):
        assert verified(secret, receiver.received[0])["type"] == "account_opened"
    assert rotated.secrets(datetime.now(UTC) + timedelta(hours=25)) == [rotated.secret]


def test_changes_are_sent_too(ledger: RightsLedger) -> None:
    """Only those of the kinds that are wanted."""
    with receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url, "changes"), owner="tester")
        record(ledger, *beginning(), *claim())
        send_until(ledger, lambda: len(receiver.received) > 0 and state(ledger, made).delivered_at is not None)
    said = verified(made.secret, receiver.received[0])
    assert said["type"] == f"change.{said['data']['change']}"
    assert (said["data"]["account_id"], said["data"]["line"]) == ("acme", "gtx-pro")


@pytest.mark.parametrize("feed", ["events", "changes"])
def test_a_body_that_is_a_cloud_event(ledger: RightsLedger, feed: str) -> None:
    """Of the media type of CloudEvents, with the attributes of the specification, and signed like any other."""
    with receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url, feed, format="cloudevents"), owner="tester")
        record(ledger, *beginning(), *claim())
        send_until(ledger, lambda: len(receiver.received) > 0 and state(ledger, made).delivered_at is not None)
    assert (state(ledger, made).feed, state(ledger, made).format) == (feed, "cloudevents")
    assert receiver.received[0].headers["content-type"] == "application/cloudevents+json"
    said = verified(made.secret, receiver.received[0])
    kind = said["data"]["type"] if feed == "events" else said["data"]["change"]
    assert said == {
        "specversion": "1.0",
        "id": receiver.ids[0],
        "source": "urn:rights-ledger",
        "type": f"rights-ledger.{feed.removesuffix('s')}.{kind}",
        "time": said["data"]["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": f"{said['data']['position']:019d}",
        **({"subject": said["data"]["account_id"]} if "account_id" in said["data"] else {}),
        "data": said["data"],
    }


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        (Wish("http://169.254.169.254/latest"), "/url"),
        (Wish("http://127.0.0.1/\r\nX: 1"), "/url"),
        (Wish("http://127.0.0.1/", kinds=("line_opened",)), "/kinds/0"),
        (Wish("http://127.0.0.1/", account_id="nobody"), "/account_id"),
        (Wish("http://127.0.0.1/", after="7"), "/after"),
        (Wish("http://127.0.0.1/", after="x"), "/after"),
    ],
)
def test_wishes_that_are_not_granted(ledger: RightsLedger, wish: Wish, pointer: str) -> None:
    """Each says what is wrong, and nothing is kept."""
    with pytest.raises(NotTaken) as refused:
        subscribe(ledger, wish, owner="tester")
    assert refused.value.pointer == pointer
    assert Subscriptions(ledger.store).all() == []
