"""`ledger webhooks run` as a real process: it sends, signed, where the setting lets it, and stops when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from standardwebhooks import Webhook

from api.settings import Settings
from api.webhooks.subscribing import subscribe
from api.webhooks.subscriptions import Subscriptions, Wish
from api.wiring import open_ledger
from projections.recording import Submission
from tests.api.http.story import account
from tests.api.webhooks.receiver import receiving

PATIENCE = 60
LOOPBACK = "127.0.0.0/8"


@contextmanager
def sender(database_url: str, networks: str) -> Iterator[subprocess.Popen[str]]:
    """The process, once it has said that it sends."""
    environment = {**os.environ, "LEDGER_DATABASE_URL": database_url, "LEDGER_WEBHOOK_NETWORKS": networks}
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "webhooks", "run"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            assert running.stdout is not None
            first = running.stdout.readline()
            assert first.startswith("Webhooks of"), first + running.stdout.read()
            yield running
        finally:
            running.kill()


def test_a_process_delivers_what_another_records(database_url: str) -> None:
    """One event, signed, under its own id; the log of deliveries says so; SIGTERM ends the process."""
    networks = (ip_network(LOOPBACK),)
    with open_ledger(Settings(database_url=database_url, webhook_networks=networks)) as ledger, receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        with sender(database_url, LOOPBACK) as running:
            receipt = ledger.recorder.record(Submission([account()], "tester"))
            deliveries = Subscriptions(ledger.store).deliveries
            end = time.monotonic() + PATIENCE
            while not deliveries(made.webhook_id):
                assert time.monotonic() < end, "nothing was delivered"
                time.sleep(0.05)
            running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=PATIENCE) == 0
        (one,) = receiver.received
        said = Webhook(made.secret).verify(one.body, one.headers)
        assert (said["type"], said["data"]["account_id"]) == ("account_opened", "acme")
        assert receiver.ids == [said["data"]["event_id"]]
        assert said["data"]["event_id"] in receipt.events[0]
        assert [(one.outcome, one.status) for one in deliveries(made.webhook_id)] == [("delivered", 204)]


def test_without_the_setting_nothing_is_sent_inside(sqlite_url: str) -> None:
    """The process looks at its own setting before each attempt: the failure is noted, the receiver hears nothing."""
    networks = (ip_network(LOOPBACK),)
    with open_ledger(Settings(database_url=sqlite_url, webhook_networks=networks)) as ledger, receiving() as receiver:
        made = subscribe(ledger, Wish(receiver.url), owner="tester")
        ledger.recorder.record(Submission([account()], "tester"))
        deliveries = Subscriptions(ledger.store).deliveries
        with sender(sqlite_url, ""):
            end = time.monotonic() + PATIENCE
            while not deliveries(made.webhook_id):
                assert time.monotonic() < end, "nothing was noted"
                time.sleep(0.05)
        (noted,) = deliveries(made.webhook_id)
        assert (noted.outcome, noted.status, receiver.received) == ("failed", None, [])
        assert "no public address" in (noted.detail or "")
