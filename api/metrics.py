"""Metrics: what a Prometheus server scrapes. Counting costs a request a few microseconds; what has to be asked of the
database is asked when somebody scrapes.

With several workers each counts into files of its own that any of them adds up (PROMETHEUS_MULTIPROC_DIR, which
`ledger serve` sets). What is asked of the database is the same from every worker.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import bindparam, case, func, select

from api.feeds.sse import Streams
from api.webhooks.subscriptions import ACTIVE, Subscriptions
from api.wiring import RightsLedger
from ledger.store import Prepared
from projections.changes import Place
from projections.recording import Committed
from projections.rights import OVER
from projections.schema import OPEN_POSITION, kept_rights

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
COMMIT_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0)
WITHIN_DAYS = (1, 7, 30)

_rights = kept_rights.c

DEADLINES = Prepared(
    select(
        *(func.sum(case((_rights.deadline_on <= bindparam(f"last_{days}"), 1), else_=0)) for days in WITHIN_DAYS)
    ).where(
        _rights.deadline_on >= bindparam("on"),
        _rights.deadline_on <= bindparam(f"last_{max(WITHIN_DAYS)}"),
        _rights.known_until == OPEN_POSITION,
        _rights.valid_from <= bindparam("on"),
        _rights.valid_until > bindparam("on"),
        _rights.status.not_in([bindparam(f"over_{status}", status) for status in OVER]),
    )
)
"""How many live claims have their last day within so many days, of each."""


def forget_the_dead() -> None:
    """Takes what only a living process has, of workers that were killed, out of the sums."""
    counted = Path(os.environ[DIRECTORY]).glob("gauge_live*_*.db") if DIRECTORY in os.environ else ()
    for pid in {int(path.stem.rpartition("_")[2]) for path in counted}:
        if not is_alive(pid):
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number; where that can't be asked (Windows), yes."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Metrics:
    """The metrics of one process."""

    def __init__(self, ledger: RightsLedger, streams: Streams) -> None:
        self._ledger = ledger
        self._streams = streams
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "ledger_request_seconds",
            "Requests, by route and status, and how long they took; streams stand in ledger_streams.",
            ("method", "route", "status"),
            buckets=REQUEST_BUCKETS,
            registry=self._registry,
        )
        self._events = Counter("ledger_events_recorded", "Events recorded by this server.", registry=self._registry)
        self._submissions = Counter(
            "ledger_submissions_recorded", "Submissions that recorded something.", registry=self._registry
        )
        self._commits = Histogram(
            "ledger_commit_seconds",
            "Units of work, by part: waiting for locks, deriving and writing, committing.",
            ("part",),
            buckets=COMMIT_BUCKETS,
            registry=self._registry,
        )
        self._opened = Gauge(
            "ledger_streams", "Streams that are open.", registry=self._registry, multiprocess_mode="livesum"
        )
        self._lag = Gauge(
            "ledger_stream_lag_events",
            "Events that the stream furthest behind has not been sent, of those of the worker that was asked.",
            registry=self._registry,
            multiprocess_mode="livemostrecent",
        )
        streams.counted = self._opened.set
        self._by_request: dict[tuple[str, str, int], Histogram] = {}
        self._parts = {part: self._commits.labels(part) for part in ("lock", "derive", "commit")}

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        key = (method, route, status)
        counted = self._by_request.get(key)
        if counted is None:
            counted = self._by_request[key] = self._requests.labels(method, route, str(status))
        counted.observe(seconds)

    def committed(self, what: Committed) -> None:
        """A unit of work was committed. Called in the writer's thread."""
        self._events.inc(what.events)
        self._submissions.inc(what.submissions)
        self._parts["lock"].observe(what.locking)
        self._parts["derive"].observe(what.deriving)
        self._parts["commit"].observe(what.committing)

    def close(self) -> None:
        """Takes what only a living process has out of the sums."""
        if DIRECTORY in os.environ:
            multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus. Asks the database, so call it on a thread."""
        head = self._ledger.read.head().position
        following = [one.position for one in tuple(self._streams.opened)]
        self._lag.set(max((head - position for position in following), default=0))
        asked = CollectorRegistry()
        asked.register(_Asked(self._ledger, head))
        return generate_latest(self._counted()) + generate_latest(asked)

    def _counted(self) -> CollectorRegistry:
        if DIRECTORY not in os.environ:
            return self._registry
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


class _Asked(Collector):
    """What the database knows: how far the ledger is, what runs out soon, how webhooks stand."""

    def __init__(self, ledger: RightsLedger, head: int) -> None:
        self._ledger = ledger
        self._head = head

    def collect(self) -> Iterator[Metric]:
        position = GaugeMetricFamily("ledger_position", "The position of the last event.")
        position.add_metric([], self._head)
        yield position
        yield self._deadlines()
        yield from self._webhooks()

    def _deadlines(self) -> Metric:
        today = self._ledger.today()
        lasts = {f"last_{days}": today + timedelta(days=days) for days in WITHIN_DAYS}
        ((*counts,),) = self._ledger.read.rows(DEADLINES, {"on": today, **lasts})
        found = GaugeMetricFamily(
            "ledger_deadlines", "Live claims whose last day of grace comes within so many days.", labels=["within_days"]
        )
        for days, count in zip(WITHIN_DAYS, counts, strict=True):
            found.add_metric([str(days)], count or 0)
        return found

    def _webhooks(self) -> Iterable[Metric]:
        lag = GaugeMetricFamily(
            "ledger_webhook_lag_events", "Events between the ledger and what was sent.", labels=["webhook_id"]
        )
        failing = GaugeMetricFamily(
            "ledger_webhook_failed_attempts", "Failed attempts of the message to be sent next.", labels=["webhook_id"]
        )
        states = GaugeMetricFamily("ledger_webhooks", "Webhooks by status.", labels=["status"])
        counts = {ACTIVE: 0}
        for one in Subscriptions(self._ledger.store).all():
            counts[one.status] = counts.get(one.status, 0) + 1
            if one.status == ACTIVE:
                lag.add_metric([one.webhook_id], self._head - Place.of(one.cursor).position)
                failing.add_metric([one.webhook_id], one.attempts)
        for status, count in counts.items():
            states.add_metric([status], count)
        return (lag, failing, states)
