"""Tokens: what a signed JWT proves. Every doubt refuses it (RFC 7519, RFC 8725, RFC 9068).

The key is chosen by the ledger from those that the issuer publishes, never by the token; the algorithm must be one of
the asymmetric ones that the ledger allows. What the token says of keys (`jwk`, `jku`, `x5u`, `x5c`) refuses it.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from api.identity.algorithms import ALGORITHMS
from api.identity.callers import ROLES, Caller, NotAdmitted, NotProven, admitted

PublicKey = RSAKey | ECKey | OKPKey
"""A key that can check a signature and can make none of its own kind of secret: no symmetric one is ever used."""

LARGEST_TOKEN = 8_192
"""Characters. An honest token has some hundreds."""

LONGEST_SUBJECT = 255
LONGEST_KEY_ID = 256

KEYS_IN_THE_TOKEN = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
"""Members of a header that would have the token say how it is to be checked."""

ID_TOKEN_MARKS = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
"""Claims that only an ID token has: it tells an application who signed in, and opens nothing here."""

USE_CLAIMS = ("token_use", "typ")
"""Claims in which some providers say what a token is for."""

ACCESS_USES = frozenset({"access", "bearer", "at+jwt"})


@dataclass(frozen=True, slots=True)
class Trust:
    """What a token has to say to be believed, and where it says who somebody is."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ALGORITHMS
    types: frozenset[str] = field(default_factory=lambda: frozenset({"at+jwt"}))
    """The values of `typ` that access tokens have (RFC 9068: `at+jwt`), in lower case."""
    role_claim: str = "ledger_role"
    party_claim: str = "ledger_party"
    leeway: int = 30
    """Seconds by which clocks may differ."""
    prefix: str = "sub:"
    """What stands before a subject in an actor, so that no subject can pass for an API key."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a token proves, and until when (in seconds since 1970)."""

    caller: Caller
    until: float


def key_id(token: str, trust: Trust) -> str | None:
    """The id of the key that the token says it is signed with, None if it names none. Raises NotProven.

    Nothing of it is believed yet: it only says which of the issuer's keys to try.
    """
    if len(token) > LARGEST_TOKEN:
        raise NotProven("The token is too large.")
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise NotProven("The token is not a signed JWT.")
    try:
        header = orjson.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (binascii.Error, ValueError):
        raise NotProven("The token is not a signed JWT.") from None
    if not isinstance(header, dict):
        raise NotProven("The token is not a signed JWT.")
    _check_header(header, trust)
    named = header.get("kid")
    if named is not None and not (isinstance(named, str) and 0 < len(named) <= LONGEST_KEY_ID):
        raise NotProven("The token names its key in a way that no issuer does.")
    return named


def proven(token: str, key: PublicKey, trust: Trust, now: float) -> Proven:
    """Who the token proves by that key of the issuer. Raises NotProven, or NotAdmitted if that one has no role here."""
    try:
        claims = jwt.decode(token, key, algorithms=list(trust.algorithms)).claims
    except (JoseError, ValueError, TypeError):
        raise NotProven("The token's signature is not the issuer's.") from None
    _check_claims(claims, trust, now)
    _check_use(claims)
    subject = claims["sub"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotProven("The token's subject is not one that can be recorded.")
    scopes = claims.get("scope", "")
    given = frozenset(scopes.split(" ")) if isinstance(scopes, str) else frozenset[str]()
    role, party_id = _role(_found(claims, trust.role_claim)), _found(claims, trust.party_claim)
    return Proven(admitted(trust.prefix + subject, role, party_id, given), float(claims["exp"]) + trust.leeway)


def _check_header(header: Mapping[str, Any], trust: Trust) -> None:
    if header.get("alg") not in trust.algorithms:
        raise NotProven(f"The token is signed in a way that is not allowed here: {', '.join(trust.algorithms)} are.")
    if KEYS_IN_THE_TOKEN & header.keys():
        raise NotProven("The token says by itself how it is to be checked.")
    named = header.get("typ", "jwt")
    said = named.lower().removeprefix("application/") if isinstance(named, str) else ""
    if said not in trust.types:
        wanted = " or ".join(sorted(trust.types))
        raise NotProven(f"The token is not an access token: its typ has to be {wanted} (RFC 9068).")


def _check_claims(claims: Mapping[str, Any], trust: Trust, now: float) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=trust.leeway,
        iss={"essential": True, "value": trust.issuer},
        aud={"essential": True, "value": trust.audience},
        sub={"essential": True},
        exp={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError:
        raise NotProven("The token has expired.") from None
    except MissingClaimError as error:
        raise NotProven(f"The token does not say {error.claim}.") from None
    except InvalidClaimError as error:
        raise NotProven(_WRONG.get(error.claim or "", f"The token's {error.claim} is not valid.")) from None
    except (ClaimError, TypeError, ValueError, OverflowError):
        raise NotProven("The token's claims are not valid.") from None


_WRONG: Mapping[str, str] = {
    "iss": "The token is not from the issuer that this ledger trusts.",
    "aud": "The token is meant for another service.",
    "nbf": "The token is not valid yet.",
    "iat": "The token was issued in the future.",
}


def _check_use(claims: Mapping[str, Any]) -> None:
    said = [str(claims[name]).lower() for name in USE_CLAIMS if name in claims]
    if ID_TOKEN_MARKS & claims.keys() or not all(one in ACCESS_USES for one in said):
        raise NotProven("The token is not an access token: it was made for another use.")


def _found(claims: Mapping[str, Any], path: str) -> Any:
    """The value at a path such as `realm_access.roles`; a claim whose name has dots itself comes first."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _role(value: Any) -> Any:
    """The one role that is said; of a list, the one that is a role here. Raises NotAdmitted if there are several."""
    if not isinstance(value, list):
        return value
    named = sorted({one for one in value if isinstance(one, str)} & set(ROLES))
    if len(named) > 1:
        raise NotAdmitted(f"You come in several roles at once ({', '.join(named)}); the ledger takes one.")
    return named[0] if named else None
