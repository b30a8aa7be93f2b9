"""A real identity provider: `oidc-provider`, run on loopback by Node.js, whose tokens the tests did not make."""

from __future__ import annotations

import socket

import httpx
import pytest

from api.identity import keysets
from api.settings import Settings
from tests.api.http.server import Api, serving
from tests.api.http.story import account, event, party
from tests.support.provider import fetch, providing


@pytest.fixture(scope="module", autouse=True)
def fetched() -> None:
    """The provider is there."""
    fetch()


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found: int = listener.getsockname()[1]
        return found


def access_token(url: str, client: str, scope: str = "") -> dict[str, str]:
    """The header with a token that the provider gives a client for itself."""
    asked = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
    answer = httpx.post(f"{url}/token", data=asked, auth=(client, "only-for-tests"), trust_env=False)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def status(api: Api, headers: dict[str, str]) -> int:
    """What somebody with these headers is told."""
    return api.client.get("/v1/rules", headers=headers).status_code


def test_its_tokens_open_the_ledger_and_its_id_tokens_do_not(port: int, sqlite_url: str) -> None:
    """Role, party and scope are read from what it signed; a client without a role is known and not let in."""
    with providing(port) as url, serving(Settings(database_url=sqlite_url, issuer=url)) as api:
        ops, north = access_token(url, "ops"), access_token(url, "north")
        told = api.send(party("north", "partner", tier="reseller"), account(), headers=ops)
        plan = event("account_plan_developed", party_id="north", plan_ref="plans/1")
        id_token = httpx.post(f"{url}/id-token", trust_env=False).text

        assert told.json()["events"][0]["actor"] == "sales_ops/sub:ops"
        assert api.send(plan, headers=north).status_code == 201
        assert (
            api.client.get("/v1/events?after=2", headers=ops).json()["items"][0]["actor"] == "partner/north/sub:north"
        )
        assert api.send(account("globex"), headers=north).status_code == 403
        assert api.send(account("globex"), headers=access_token(url, "ops", "ledger:read")).status_code == 403
        assert status(api, access_token(url, "stranger")) == 403
        assert status(api, {"Authorization": f"Bearer {id_token}"}) == 401


def test_it_is_followed_through_an_outage_and_a_change_of_keys(
    port: int, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is down, tokens signed with the keys at hand are good; when it is back, those of its new keys."""
    monkeypatch.setattr(keysets, "PAUSE_SECONDS", 0.0)
    with serving(Settings(database_url=sqlite_url, issuer=f"http://127.0.0.1:{port}")) as api:
        with providing(port) as url:
            first, unseen = access_token(url, "ops"), access_token(url, "north")
            assert status(api, first) == 200
        assert status(api, unseen) == 200, "checked while the provider is down"
        with providing(port) as url:
            assert status(api, access_token(url, "ops")) == 200
            stale = unseen["Authorization"][:-4] + "AAAA"
            assert status(api, {"Authorization": stale}) == 401
