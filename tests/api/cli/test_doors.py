"""Two doors, one answer: what the command line prints as JSON is what the HTTP API sends."""

import logging
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from api.settings import Settings
from tests.api.cli.conftest import Ledger
from tests.api.http.server import Api, serving
from tests.api.http.story import beginning, claim, event

ON = "2026-04-02"


@pytest.fixture
def sqlite_api(sqlite_url: str) -> Iterator[Api]:
    """An empty ledger in an SQLite file, served without a log on our standard output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with serving(Settings(database_url=sqlite_url)) as served:
        yield served


@pytest.mark.parametrize(
    ("path", "command"),
    [
        (f"/v1/accounts/acme/calling-rights?party_id=north&line=gtx-pro&on={ON}",
         ("who-may-call", "acme", "north", "--line", "gtx-pro", "--on", ON)),
        (f"/v1/accounts/acme/rights?on={ON}", ("rights", "acme", "--on", ON)),
        (f"/v1/parties/jane/rights?on={ON}", ("rights", "--party", "jane", "--on", ON)),
        ("/v1/accounts/acme/timeline", ("timeline", "acme")),
        (f"/v1/deadlines?within_days=90&on={ON}", ("deadlines", "--within-days", "90", "--on", ON)),
        (f"/v1/obligations?account_id=acme&on={ON}", ("obligations", "--account", "acme", "--on", ON)),
        ("/v1/events?account_id=acme", ("events", "list", "--account", "acme")),
        ("/v1/rules?limit=1000", ("rules",)),
        (f"/v1/rules/OM-GRACE?on={ON}", ("rules", "OM-GRACE", "--on", ON)),
        (f"/v1/figures?on={ON}&known_at=3", ("figures", "--on", ON, "--known-at", "3")),
    ],
    ids=lambda value: value.partition("?")[0] if isinstance(value, str) else "",
)  # fmt: skip
def test_both_doors_answer_alike(path: str, command: tuple[str, ...], sqlite_api: Api, typed: Ledger) -> None:
    """Field by field."""
    dispute = event("dispute_opened", dispute_id="d-1", opened_by="north", subject={}, claim="Ours.")
    partner = event("partner_included", opportunity_id="opp-1", partner_id="north", role="co_sell", lines=["service"])
    sqlite_api.record(*beginning(), *claim(), partner, dispute)
    sent: Any = sqlite_api.client.get(path).json()
    url = sqlite_api.access.settings.database_url
    assert typed(*command, "--json", "--database-url", url).json == sent


def test_serving(empty_database_url: str, tmp_path: Path) -> None:
    """`ledger serve` makes the ledger, answers, and ends with what stops it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("ledger")
    command = [program, "serve", "--port", str(port), "--database-url", empty_database_url]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert b'"status":"ready"' in _answer(f"http://127.0.0.1:{port}/readyz", server)
        taken = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        assert taken.returncode == 2
        assert f"can't listen on 127.0.0.1 port {port}" in taken.stderr
        assert "--port" in taken.stderr
    finally:
        server.send_signal(2)
        out, err = server.communicate(timeout=60)
    assert server.returncode == 0, err
    assert f"http://127.0.0.1:{port}/docs" in out
    assert "Traceback" not in err


def _answer(url: str, server: "subprocess.Popen[str]") -> bytes:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                body: bytes = answer.read()
                return body
        except OSError:
            assert server.poll() is None, server.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.1)
