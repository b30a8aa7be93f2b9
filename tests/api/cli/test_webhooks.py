"""`ledger webhooks`: added, listed, replayed and removed, with messages that say what to do."""

from __future__ import annotations

from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import party

URL = "https://93.184.215.14/hook"


def test_the_life_of_a_webhook(ledger: Ledger) -> None:
    """The secret is printed once and never listed."""
    made = ledger("webhooks", "add", URL, "--feed", "changes", "--kind", "line_opened", "--json").json
    assert made["secret"].startswith("whsec_")
    (listed,) = ledger("webhooks", "list", "--json").json
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert (listed["feed"], listed["kinds"], listed["status"]) == ("changes", ["line_opened"], "active")
    assert ledger("webhooks", "deliveries", made["webhook_id"], "--json").json == []
    assert ledger("webhooks", "replay", made["webhook_id"], "--after", "0").code == 0
    assert ledger("webhooks", "remove", made["webhook_id"]).code == 0
    assert ledger("webhooks", "remove", made["webhook_id"]).code != 0
    assert ledger("webhooks", "list", "--json").json == []


def test_what_is_refused(sqlite_ledger: Ledger) -> None:
    """A target inside, a kind of the other feed, a place that is not there."""
    inside = sqlite_ledger("webhooks", "add", "http://127.0.0.1/")
    assert (inside.code, "no public address" in inside.err) == (2, True)
    other = sqlite_ledger("webhooks", "add", URL, "--kind", "line_opened")
    assert (other.code, "must be one of the kinds of events" in other.err) == (2, True)
    assert sqlite_ledger("webhooks", "add", URL, "--after", "9").code == 2


def test_a_partners_webhook_and_its_key(ledger: Ledger) -> None:
    """The list says whose it is; who revokes the party's key is told that the webhook goes on, and how to end it."""
    recorded(ledger, party("north", "partner"))
    key = ledger("key", "create", "North's portal", "--role", "partner", "--party", "north", "--json").json
    made = ledger("webhooks", "add", URL, "--party", "north", "--json").json
    assert made["party_id"] == "north"
    assert "north" in ledger("webhooks", "list").out
    told = ledger("key", "revoke", key["key_id"])
    assert (told.code, "north still has 1 webhook:" in told.err) == (0, True)
    unknown = ledger("webhooks", "add", URL, "--party", "nobody")
    assert (unknown.code, "does not know" in unknown.err) == (2, True)
