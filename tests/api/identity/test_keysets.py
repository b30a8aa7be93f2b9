"""Key sets: keys are rotated, issuers go away and come back, and nobody can make the ledger flood them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from joserfc.jwk import RSAKey

from api.identity import keysets
from api.identity.keysets import IssuerUnavailable, RemoteKeys, usable_keys
from api.settings import Settings
from tests.api.http.server import Api, serving
from tests.api.identity.issuer import Issuer, claims, issuing, signed, signing_key


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer on loopback."""
    with issuing() as running:
        yield running


@pytest.fixture
def issued_api(issuer: Issuer, sqlite_url: str) -> Iterator[Api]:
    """An empty ledger that trusts the issuer."""
    with serving(Settings(database_url=sqlite_url, issuer=issuer.url)) as served:
        yield served


def ask(api: Api, token: str) -> httpx.Response:
    """The answer to somebody with that token."""
    return api.client.get("/v1/accounts", headers={"Authorization": f"Bearer {token}"})


def test_a_token_of_the_issuer_opens_the_ledger(issuer: Issuer, issued_api: Api) -> None:
    """Its keys are found by discovery, and fetched once for many requests."""
    answers = [ask(issued_api, issuer.token(sub=f"s{number}")).status_code for number in range(5)]

    assert ([200] * 5, 1) == (answers, issuer.asked)


def test_who_records_is_the_subject_of_the_token(issuer: Issuer, issued_api: Api) -> None:
    """With the role they came in."""
    sent = {"events": [{"type": "account_opened", "account_id": "acme", "data": {"name": "Acme"}}]}
    allowed = {"Authorization": f"Bearer {issuer.token(sub='ada@example.com', ledger_role='sales_ops')}"}
    told = issued_api.client.post("/v1/events", json=sent, headers=allowed).json()

    assert told["events"][0]["actor"] == "sales_ops/sub:ada@example.com"


def test_a_development_token_is_nothing_here(issued_api: Api) -> None:
    """Who names an issuer trusts that one only."""
    answer = issued_api.client.get("/v1/accounts", headers=issued_api.headers())
    assert answer.status_code == 401


def test_an_issuer_that_is_down_from_the_start_is_told(issuer: Issuer, issued_api: Api) -> None:
    """503, to be tried again: nothing is said of the token."""
    issuer.is_down = True
    answer = ask(issued_api, issuer.token())
    assert (503, "/problems/issuer-unavailable") == (answer.status_code, answer.json()["type"])
    assert answer.headers["retry-after"]


def test_a_key_of_another_name_is_looked_for_once(issuer: Issuer, issued_api: Api) -> None:
    """A flood of made-up key ids makes no flood of requests to the issuer."""
    assert ask(issued_api, issuer.token()).status_code == 200
    asked = issuer.asked
    for number in range(20):
        token = signed(claims(issuer.url), signing_key("forged"), kid=f"made-up-{number}")
        assert ask(issued_api, token).status_code == 401
    assert issuer.asked <= asked + 1


def test_a_new_key_is_found_when_a_token_names_it(issuer: Issuer) -> None:
    """Rotation: the next token names a key that is not known yet, after the pause between two looks."""
    clock = Clock()
    keys = RemoteKeys(issuer.url, clock=clock)
    keys.refresh()
    issuer.keys = [signing_key("second")]
    assert keys.find("second") is None
    clock.now += keysets.PAUSE_SECONDS
    keys.refresh()

    assert keys.find("second") is not None
    assert keys.find("first") is None, "a key that is published no more is trusted no more"


def test_the_last_good_keys_are_kept(issuer: Issuer) -> None:
    """When they are to be looked at again and the issuer is down, the old ones stay, and it is asked again later."""
    clock = Clock()
    keys = RemoteKeys(issuer.url, clock=clock)
    keys.refresh()
    issuer.is_down = True
    clock.now += keysets.FRESH_SECONDS
    assert keys.is_stale
    with pytest.raises(IssuerUnavailable):
        keys.refresh()
    assert keys.find("first") is not None
    assert not keys.is_stale, "not before the pause is over"
    issuer.is_down = False
    clock.now += keysets.PAUSE_SECONDS
    keys.refresh()
    assert keys.find("first") is not None


def test_a_token_without_a_key_id_is_tried_with_the_only_key(issuer: Issuer) -> None:
    """With two keys it would be a guess."""
    keys = RemoteKeys(issuer.url, clock=Clock())
    keys.refresh()
    assert keys.find(None) is not None
    issuer.keys.append(signing_key("second"))
    other = RemoteKeys(issuer.url, clock=Clock())
    other.refresh()
    assert other.find(None) is None


def test_only_public_signing_keys_are_taken() -> None:
    """Shared secrets, keys for encryption, and nonsense are passed over."""
    good = RSAKey.generate_key(2048, {"kid": "good"}).as_dict(private=False)
    given = [{"kty": "oct", "k": "c2VjcmV0", "kid": "secret"}, {**good, "kid": "e", "use": "enc"}, "x", {"kty": "RSA"}]
    assert set(usable_keys({"keys": [*given, good]})) == {"good"}
    with pytest.raises(ValueError, match="no usable key"):
        usable_keys({"keys": given})
