"""Tokens: an honest one proves its caller, and every known attack proves nobody."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from api.identity.callers import READ, Caller, NotAdmitted, NotProven
from api.identity.tokens import LARGEST_TOKEN, Trust, key_id, proven
from tests.api.identity.issuer import claims, signed, signing_key

ISSUER = "https://issuer.example"
TRUST = Trust(ISSUER, "rights-ledger")
LENIENT = Trust(ISSUER, "rights-ledger", types=frozenset({"at+jwt", "jwt"}))


def caller(token: str, trust: Trust = TRUST, key: RSAKey | ECKey | None = None) -> Caller:
    """Whom a token proves."""
    key_id(token, trust)
    return proven(token, key or signing_key(), trust, time.time()).caller


def says(**changed: Any) -> dict[str, Any]:
    """What a token of the issuer says."""
    return claims(ISSUER, **changed)


def by_hand(header: dict[str, Any], said: dict[str, Any], signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [json.dumps(header).encode(), json.dumps(said).encode(), signature]
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def signed_with_the_public_key(form: str) -> str:
    """HS256 with what everybody can know: works where a checker takes the algorithm from the token."""
    public = signing_key().as_pem(private=False) if form == "pem" else json.dumps(signing_key().as_dict()).encode()
    unsigned = by_hand({"alg": "HS256", "typ": "at+jwt", "kid": "first"}, says())[:-1]
    made = hmac.new(public, unsigned.encode(), sha256).digest()
    return f"{unsigned}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def with_its_own_key() -> str:
    """A token that brings the key to check it with."""
    own = RSAKey.generate_key(2048, {"kid": "first"})
    return signed(says(), own, jwk=own.as_dict(private=False))


def test_an_honest_token_proves_its_caller() -> None:
    """Subject, role, party and the ledger's own scopes; the subject can't be taken for an API key."""
    token = signed(says(sub="key:1", ledger_role="partner", ledger_party="north", scope="openid ledger:read"))

    assert caller(token) == Caller("sub:key:1", "partner", "north", frozenset({READ}))
    assert caller(token).actor == "partner/north/sub:key:1"


ATTACKS: dict[str, Callable[[], tuple[str, Trust]]] = {
    "alg none": lambda: (by_hand({"alg": "none", "typ": "at+jwt", "kid": "first"}, says()) + "x", TRUST),
    "alg none without a signature": lambda: (by_hand({"alg": "none", "typ": "at+jwt"}, says()), TRUST),
    "alg None": lambda: (by_hand({"alg": "NoNe", "typ": "at+jwt", "kid": "first"}, says(), b"x"), TRUST),
    "HS256 with the public key, as PEM": lambda: (signed_with_the_public_key("pem"), TRUST),
    "HS256 with the public key, as JWK": lambda: (signed_with_the_public_key("jwk"), TRUST),
    "the key in the header": lambda: (with_its_own_key(), TRUST),
    "where the key is, in the header": lambda: (signed(says(), jku="http://127.0.0.1/jwks"), TRUST),
    "critical extension": lambda: (
        by_hand({"alg": "RS256", "typ": "at+jwt", "kid": "first", "crit": ["b64"]}, says(), b"x"),
        TRUST,
    ),
    "another's key under the same id": lambda: (signed(says(), RSAKey.generate_key(2048, {"kid": "first"})), TRUST),
    "algorithm not allowed": lambda: (signed(says()), Trust(ISSUER, "rights-ledger", ("ES256",))),
    "key id is no text": lambda: (by_hand({"alg": "RS256", "typ": "at+jwt", "kid": ["first"]}, says(), b"x"), TRUST),
    "key id is a path": lambda: (by_hand({"alg": "RS256", "typ": "at+jwt", "kid": "../" * 200}, says(), b"x"), TRUST),
    "another issuer": lambda: (signed(says(iss="https://issuer.example.evil")), TRUST),
    "issuer with a slash more": lambda: (signed(says(iss=f"{ISSUER}/")), TRUST),
    "no issuer": lambda: (signed(says(iss=None)), TRUST),
    "another audience": lambda: (signed(says(aud="another-service")), TRUST),
    "no audience": lambda: (signed(says(aud=None)), TRUST),
    "no subject": lambda: (signed(says(sub=None)), TRUST),
    "subject with a line break": lambda: (signed(says(sub="ada\nadmin")), TRUST),
    "expired": lambda: (signed(says(exp=int(time.time()) - 60)), TRUST),
    "never expires": lambda: (signed(says(exp=None)), TRUST),
    "expires as text": lambda: (signed(says(exp="2999-01-01")), TRUST),
    "not valid yet": lambda: (signed(says(nbf=int(time.time()) + 120)), TRUST),
    "issued in the future": lambda: (signed(says(iat=int(time.time()) + 120)), TRUST),
    "an ID token by its type": lambda: (signed(says(), typ="JWT"), TRUST),
    "an ID token by having no type": lambda: (signed(says(), typ=None), TRUST),
    "an ID token by its nonce": lambda: (signed(says(nonce="n"), typ="JWT"), LENIENT),
    "an ID token by its at_hash": lambda: (signed(says(at_hash="h"), typ="JWT"), LENIENT),
    "an ID token by token_use": lambda: (signed(says(token_use="id"), typ="JWT"), LENIENT),  # noqa: S106 - what it is for
    "a refresh token": lambda: (signed(says(typ="Refresh"), typ="JWT"), LENIENT),
    "too large": lambda: (signed(says(padding="x" * LARGEST_TOKEN)), TRUST),
    "encrypted": lambda: ("a.b.c.d.e", TRUST),
    "no token": lambda: ("nonsense", TRUST),
    "a header that is no object": lambda: (by_hand([1], says(), b"x"), TRUST),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_proves_nobody(name: str) -> None:
    """Each is refused, and the sentence says nothing that the token did not."""
    token, trust = ATTACKS[name]()
    with pytest.raises(NotProven) as refused:
        caller(token, trust)
    assert str(refused.value).startswith("The token")


def test_a_key_of_another_kind_does_not_fit() -> None:
    """An RS256 token that names an elliptic key."""
    with pytest.raises(NotProven):
        caller(signed(says()), key=ECKey.generate_key("P-256", {"kid": "first"}))


def test_elliptic_signatures_are_good_too() -> None:
    """ES256, by an issuer that uses it."""
    key = ECKey.generate_key("P-256", {"kid": "e"})
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": "e"}, says(), key)

    assert caller(token, key=key).role == "admin"


@pytest.mark.parametrize(("changed", "seconds"), [("exp", -20), ("nbf", 20), ("iat", 20)])
def test_clocks_may_differ_a_little(changed: str, seconds: int) -> None:
    """By less than the leeway of 30 seconds."""
    assert caller(signed(says(**{changed: int(time.time()) + seconds}))).role == "admin"


def test_a_role_in_a_list_deep_inside_is_found() -> None:
    """As Keycloak writes it; what is no role of the ledger is passed over."""
    trust = Trust(ISSUER, "rights-ledger", role_claim="realm_access.roles")
    token = signed(says(ledger_role=None, realm_access={"roles": ["offline_access", "finance"]}))

    assert caller(token, trust).role == "finance"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ledger_role": None}, "not in one of the ledger's roles"),
        ({"ledger_role": "root"}, "not in one of the ledger's roles"),
        ({"ledger_role": ["admin", "partner"]}, "several roles"),
        ({"ledger_role": "partner"}, "comes for one party"),
        ({"ledger_role": "finance", "ledger_party": "north"}, "acts for no party"),
        ({"ledger_role": "partner", "ledger_party": 7}, "given as its id"),
    ],
)
def test_who_has_no_place_is_told_why(changed: dict[str, Any], told: str) -> None:
    """It is proven who they are: what they lack is a role that fits."""
    with pytest.raises(NotAdmitted, match=told):
        caller(signed(says(**changed)))
