"""Dispatching: sends every webhook what its subscription asks for, in order, until it has it or is given up.

Each message is sent at least once, and the next one of the same subscription only after it. A failed attempt is
repeated by the schedule of the settings; after its last step the message is given up (a dead letter: it stands in the
log of deliveries, and can be replayed) and the next one's turn comes. After several dead letters in a row, or when the
target says that it is gone, the subscription is disabled. Any number of dispatchers may run: who sends for a
subscription holds its lease, so that two never do at the same time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import uuid4

import orjson
import structlog

from api.feeds.cloudevents import CHANGE_PREFIX, EVENT_PREFIX, cloud_event
from api.feeds.feeds import Message
from api.feeds.tail import Tail
from api.settings import Settings
from api.webhooks import signing
from api.webhooks.following import Following
from api.webhooks.posting import Outcome, Poster
from api.webhooks.subscriptions import (
    ACTIVE,
    CHANGES,
    CLOUDEVENTS,
    DEAD,
    DELIVERED,
    DISABLED,
    FAILED,
    Attempt,
    Subscription,
    Subscriptions,
)
from api.wiring import RightsLedger
from ledger.store.errors import StoreError
from projections.changes import Place

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Longer than one attempt can take. If a dispatcher dies, another one takes over after so long."""

RENEW_SECONDS = 20.0
LOOK_SECONDS = 1.0
"""How often the subscriptions are looked at when nothing else gives a reason to."""

IDLE_SECONDS = 2.0
"""The same where there are none."""

WORKING_SECONDS = 0.1
"""The same while something is being sent: whoever has had its turn may have more."""

BREATH_SECONDS = 0.02
"""Between two looks, however much is recorded."""

AT_ONCE = 50
TURN_MESSAGES = 100
"""After so many messages a subscription lets others have its place."""

MOST_AT_WORK = 64
NOTE_POSITIONS = 1_000
SETTLE_SECONDS = 5.0
"""How far, and how long, a subscription may come along without a message before that is written down."""

LEAVING_SECONDS = 5.0
JITTER = (0.8, 1.2)
"""Delays are stretched or shortened by chance, so that those who failed together don't come back together."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to try again, and when to stop trying."""

    delays: tuple[float, ...]
    """Seconds to wait after the first failure, the second, …"""
    disable_after: int
    """Messages given up in a row."""

    @classmethod
    def of(cls, settings: Settings) -> Schedule:
        return cls(settings.webhook_retry_seconds, settings.webhook_disable_after)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a subscription was read: beyond its cursor as `written` down, if nothing there concerns it."""

    written: str
    cursor: str
    noted: float
    """When (by the process's own clock) that was last written down."""


def utc_now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


class Dispatcher:
    """Sends for as long as `run` runs; for one event loop."""

    def __init__(
        self, ledger: RightsLedger, tail: Tail, poster: Poster | None = None, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.ledger = ledger
        self.now = now
        self.tail = tail
        self._poster = poster
        self.following = Following(ledger)
        self.schedule = Schedule.of(ledger.settings)
        self.subscriptions = Subscriptions(ledger.store)
        self.holder = str(uuid4())
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self.reached: dict[str, Reached] = {}

    async def run(self) -> None:
        """Sends until the tail stops; ends what is under way, or leaves it to be sent again."""
        try:
            while not self.tail.stopped:
                seen = self.tail.position
                try:
                    pause = await self._look()
                except StoreError as error:
                    log.warning("webhooks can't be read", why=str(error))
                    pause = IDLE_SECONDS
                await self._wait(pause, seen)
        finally:
            await self._leave()

    def poster(self, one: Subscription) -> Poster:
        """What posts for a subscription, to where it may go."""
        return self._poster or Poster(self.ledger.settings.networks_for(one.party_id))

    # ---- which are due ------------------------------------------------------------------------------------------

    async def _look(self) -> float | None:
        """Gets to work for every subscription that is due; how long at most until the next look, None if idle."""
        active = [one for one in await asyncio.to_thread(self.subscriptions.all) if one.status == ACTIVE]
        self.following.keep({one.party_id for one in active})
        now = self.now()
        pause = LOOK_SECONDS
        for one in active:
            if one.webhook_id in self._at_work or len(self._at_work) >= MOST_AT_WORK or self._is_served(one, now):
                continue
            if one.next_attempt_at is not None and not _is_due(one, now):
                pause = min(pause, (one.next_attempt_at - now).total_seconds())
            elif self._has_news(one):
                task = asyncio.create_task(self._serve(one.webhook_id))
                self._at_work[one.webhook_id] = task
                task.add_done_callback(lambda _, name=one.webhook_id: self._at_work.pop(name, None))  # type: ignore[misc]
        return pause if active else None

    async def _wait(self, pause: float | None, seen: int) -> None:
        if pause is None:
            await self.tail.rest(IDLE_SECONDS)
            return
        await self.tail.rest(BREATH_SECONDS)
        await self.tail.moved(seen, max(0.0, min(pause, WORKING_SECONDS) if self._at_work else pause))

    def _is_served(self, one: Subscription, now: datetime) -> bool:
        """Whether another dispatcher sends for it."""
        return one.leased_by not in (None, self.holder) and one.leased_until is not None and one.leased_until > now

    def _has_news(self, one: Subscription) -> bool:
        begin = self.begin(one)
        place = Place.of(begin)
        if place.account_id is not None or place.position < self.tail.position or one.attempts > 0:
            return True
        reached = self.reached.get(one.webhook_id)
        return begin != one.cursor and reached is not None and monotonic() - reached.noted >= SETTLE_SECONDS

    def begin(self, one: Subscription) -> str:
        """Where to read on: beyond the cursor, if nothing there concerns it."""
        reached = self.reached.get(one.webhook_id)
        return reached.cursor if reached is not None and reached.written == one.cursor else one.cursor

    # ---- one subscription ---------------------------------------------------------------------------------------

    async def _serve(self, webhook_id: str) -> None:
        try:
            state = await asyncio.to_thread(self.subscriptions.lease, webhook_id, self.holder, LEASE)
            if state is not None and _is_due(state, self.now()):  # what was seen may be older than the last attempt
                await _Turn(self, state).take()
        except StoreError as error:
            log.warning("a webhook can't be served", webhook_id=webhook_id, why=str(error))
        except Exception:
            log.exception("a webhook failed", webhook_id=webhook_id)
            await self.tail.rest(LOOK_SECONDS)

    async def _leave(self) -> None:
        tasks = list(self._at_work.values())
        if tasks:
            await asyncio.wait(tasks, timeout=LEAVING_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(StoreError):
            await asyncio.to_thread(self.subscriptions.release, self.holder)


def _is_due(one: Subscription, now: datetime) -> bool:
    """Whether the delay after the last failure is over."""
    return one.next_attempt_at is None or one.next_attempt_at <= now


class _Turn:
    """One turn of sending for one subscription: until it has everything, something fails, or others wait."""

    def __init__(self, owner: Dispatcher, state: Subscription) -> None:
        self._owner = owner
        self._state = state
        self._renewed = monotonic()
        self._sent = 0

    async def take(self) -> None:
        cursor = self._owner.begin(self._state)
        followed = await asyncio.to_thread(self._owner.following.of, self._state)
        while not self._owner.tail.stopped:
            stretch = await asyncio.to_thread(followed.read, cursor, AT_ONCE)
            for message in stretch.messages:
                if not await self._still_ours() or not await self._send(message):
                    return
            cursor = stretch.reached
            await self._passed(cursor)
            if not stretch.more or self._sent >= TURN_MESSAGES:
                return

    async def _still_ours(self) -> bool:
        """Whether the lease holds; renews it in time."""
        if self._owner.tail.stopped:
            return False
        if monotonic() - self._renewed < RENEW_SECONDS:
            return True
        owner = self._owner
        found = await asyncio.to_thread(owner.subscriptions.lease, self._state.webhook_id, owner.holder, LEASE)
        self._renewed = monotonic()
        return found is not None and (found.cursor, found.attempts) == (self._state.cursor, self._state.attempts)

    async def _send(self, message: Message) -> bool:
        """Makes one attempt and notes it; whether the next message's turn has come."""
        now = self._owner.now()
        body, media_type = payload(self._state, message, self._owner.ledger.settings.event_source)
        signed = signing.headers(self._state.secrets(now), message.id, int(now.timestamp()), body)
        signed["content-type"] = media_type
        outcome = await self._owner.poster(self._state).post(self._state.url, body, signed)
        self._sent += 1
        state, said = judged(self._state, message, outcome, self._owner.schedule, self._owner.now())
        attempt = Attempt(
            message_id=message.id,
            cursor=message.cursor,
            type=message.type,
            attempt=self._state.attempts + 1,
            attempted_at=now,
            outcome=said,
            status=outcome.status,
            detail=outcome.detail,
            milliseconds=outcome.milliseconds,
        )
        kept = await asyncio.to_thread(self._owner.subscriptions.note, state, self._owner.holder, attempt)
        if state.status == DISABLED:
            log.warning("a webhook is disabled", webhook_id=state.webhook_id, why=state.status_reason)
        self._state = state
        return kept and said != FAILED and state.status == ACTIVE

    async def _passed(self, cursor: str) -> None:
        """Notes that everything up to a cursor was sent or does not concern the subscription."""
        owner, state = self._owner, self._state
        before = owner.reached.get(state.webhook_id)
        noted = before.noted if before is not None else self._renewed
        far = Place.of(cursor).position - Place.of(state.cursor).position >= NOTE_POSITIONS
        if cursor != state.cursor and (far or monotonic() - noted >= SETTLE_SECONDS):
            self._state = replace(state, cursor=cursor)
            await asyncio.to_thread(owner.subscriptions.note, self._state, owner.holder)
            noted = monotonic()
        owner.reached[state.webhook_id] = Reached(self._state.cursor, cursor, noted)


def judged(
    state: Subscription,
    message: Message,
    outcome: Outcome,
    schedule: Schedule,
    now: datetime,
    chance: Callable[[float, float], float] = random.uniform,
) -> tuple[Subscription, str]:
    """How a subscription stands after an attempt, and what the attempt came to."""
    if outcome.is_delivered:
        done = replace(state, cursor=message.cursor, attempts=0, next_attempt_at=None, dead_in_a_row=0)
        return replace(done, delivered_at=now), DELIVERED
    if outcome.is_gone:
        reason = "the target answered 410 Gone"
        return replace(state, attempts=state.attempts + 1, status=DISABLED, status_reason=reason), FAILED
    if state.attempts < len(schedule.delays):
        delay = schedule.delays[state.attempts] * chance(*JITTER)
        return replace(state, attempts=state.attempts + 1, next_attempt_at=now + timedelta(seconds=delay)), FAILED
    given_up = replace(
        state, cursor=message.cursor, attempts=0, next_attempt_at=None, dead_in_a_row=state.dead_in_a_row + 1
    )
    if given_up.dead_in_a_row >= schedule.disable_after:
        reason = f"{given_up.dead_in_a_row} messages in a row could not be delivered"
        return replace(given_up, status=DISABLED, status_reason=reason), DEAD
    return given_up, DEAD


def payload(state: Subscription, message: Message, source: str) -> tuple[bytes, str]:
    """The body of a message and its media type: in the form of the Standard Webhooks specification, or a CloudEvent."""
    if state.format == CLOUDEVENTS:
        prefix = CHANGE_PREFIX if state.feed == CHANGES else EVENT_PREFIX
        return cloud_event(message, source, prefix).encode(), "application/cloudevents+json"
    type_ = f"change.{message.type}" if state.feed == CHANGES else message.type
    head = orjson.dumps({"type": type_, "timestamp": message.recorded_at})
    return head[:-1] + b',"data":' + message.body.encode() + b"}", "application/json"
