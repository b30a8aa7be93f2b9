"""API keys: made, used, listed, rotated, revoked and expired, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from api.identity import keys
from api.identity.callers import READ, NotAdmitted, NotProven
from api.identity.schema import api_keys
from tests.api.cli.conftest import Ledger
from tests.api.http.server import Api
from tests.api.http.story import account, party


def ask(api: Api, secret: str) -> httpx.Response:
    """The answer to somebody with that key."""
    return api.client.get("/v1/accounts", headers={"Authorization": f"Bearer {secret}"})


def send(api: Api, secret: str) -> httpx.Response:
    """The answer to a recording by somebody with that key."""
    return api.send(account(), headers={"Authorization": f"Bearer {secret}"})


def test_a_key_lets_in_whom_it_was_made_for(api: Api) -> None:
    """In its role, and named as the actor; its use is noted."""
    made = keys.create(api.access.ledger.store, "import", "sales_ops", by="test")
    told = send(api, made.secret).json()
    (kept,) = keys.listed(api.access.read)

    assert told["events"][0]["actor"] == f"sales_ops/key:{made.key.key_id}"
    assert kept.last_used_at is not None
    assert abs(datetime.now(UTC) - kept.last_used_at) < timedelta(minutes=1)


def test_only_the_hash_is_kept(api: Api) -> None:
    """Nothing in the row is part of the secret."""
    made = keys.create(api.access.ledger.store, "import", "sales_ops", by="test")
    secret = made.secret.rpartition("_")[2]
    with api.access.read.connection() as connection:
        row = connection.execute(select(api_keys)).one()

    assert len(made.secret.split("_", 2)[2]) == 43, "256 bits"
    assert secret not in repr(row)


def test_a_revoked_key_ends_at_once(api: Api) -> None:
    """The next request is refused, in words that say nothing of why."""
    made = keys.create(api.access.ledger.store, "import", "admin", by="test")
    assert ask(api, made.secret).status_code == 200
    keys.revoke(api.access.ledger.store, made.key.key_id)
    refused, unknown = ask(api, made.secret), ask(api, "rlk_000000000000_nonsense")

    assert (401, 401) == (refused.status_code, unknown.status_code)
    assert refused.json()["detail"] == unknown.json()["detail"]
    assert refused.headers["www-authenticate"] == unknown.headers["www-authenticate"]


def test_a_rotated_key_is_good_for_the_overlap(api: Api) -> None:
    """Both for a while, with the same role and party; without an overlap the old one ends at once."""
    store = api.access.ledger.store
    old = keys.create(store, "portal", "admin", by="test")
    new = keys.rotate(store, old.key.key_id, by="test")
    assert (200, 200) == (ask(api, old.secret).status_code, ask(api, new.secret).status_code)
    third = keys.rotate(store, new.key.key_id, by="test", overlap=timedelta(0))
    assert (401, 200) == (ask(api, new.secret).status_code, ask(api, third.secret).status_code)


def test_a_key_expires(api: Api) -> None:
    """It is proven until its last moment, and not at it."""
    made = keys.create(api.access.ledger.store, "short", "admin", by="test", lifetime=timedelta(hours=1))
    until = made.key.expires_at
    assert keys.proven(api.access.read, made.secret, until - timedelta(microseconds=1)).name == "short"
    with pytest.raises(NotProven):
        keys.proven(api.access.read, made.secret, until)


def test_a_secret_that_differs_in_one_letter_is_refused(sqlite_api: Api) -> None:
    """The id alone opens nothing."""
    made = keys.create(sqlite_api.access.ledger.store, "import", "admin", by="test")
    changed = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    assert ask(sqlite_api, changed).status_code == 401


def test_a_key_that_may_only_ask_records_nothing(sqlite_api: Api) -> None:
    """Though its role could."""
    made = keys.create(sqlite_api.access.ledger.store, "dashboard", "sales_ops", scopes=[READ], by="test")
    assert (200, 403) == (ask(sqlite_api, made.secret).status_code, send(sqlite_api, made.secret).status_code)


def test_a_key_needs_a_role_that_fits(sqlite_api: Api) -> None:
    """A partner without a party would be nobody."""
    with pytest.raises(NotAdmitted):
        keys.create(sqlite_api.access.ledger.store, "x", "partner", by="test")


def test_the_life_of_a_key_on_the_command_line(ledger: Ledger) -> None:
    """Made, listed, rotated, revoked: each says what to know, and none shows the secret again."""
    made = ledger("key", "create", "North's portal", "--role", "partner", "--party", "north", "--json").json
    again = ledger("key", "rotate", made["key_id"], "--json").json
    assert ledger("key", "revoke", again["key_id"]).code == 0
    listed = ledger("key", "list", "--all", "--json")
    states = {one["key_id"]: one["state"] for one in listed.json}

    assert {made["key_id"]: "active", again["key_id"]: "revoked"} == states
    assert made["secret"] not in listed.out
    assert again["secret"] not in listed.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("key", "revoke", "nothing"), "There is no key 'nothing'"),
        (("key", "create", "x", "--role", "partner"), "comes for one party"),
        (("key", "create", "x", "--role", "boss"), "There is no role 'boss'"),
        (("token", "--role", "partner"), "comes for one party"),
        (("token", "--role", "admin", "--party", "north"), "acts for no party"),
        (("token",), "Name one role"),
        (("token", "--role", "partner", "--party", "n/o"), "can't be the id"),
    ],
)
def test_what_can_not_be_made_is_told(ledger: Ledger, arguments: tuple[str, ...], says: str) -> None:
    """Exit code 2, and a sentence."""
    said = ledger(*arguments)
    assert said.code == 2
    assert says in said.err


def test_a_token_of_the_command_line_opens_a_server_on_the_same_database(api: Api, typed: Ledger) -> None:
    """For each role, on both databases; nothing but the database is shared."""
    api.record(party("north", "partner", tier="reseller"))
    said = typed("token", "--each", "--database-url", api.access.settings.database_url)
    for line in said.out.splitlines():
        name, token = line.rsplit(maxsplit=1)
        answer = api.client.get("/v1/rules", headers={"Authorization": f"Bearer {token}"})
        assert (200, name) == (answer.status_code, name)
    assert len(said.out.splitlines()) == 8
