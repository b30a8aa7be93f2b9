"""Key sets: the public keys of an issuer, fetched by URL and kept. The last good ones stay when it can't be reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from api.identity.callers import IdentityError
from api.identity.tokens import PublicKey

FRESH_SECONDS = 600.0
"""For how long keys are used without looking whether they were changed."""

PAUSE_SECONDS = 10.0
"""How long to wait between two looks, whatever tokens name: nobody can make the ledger flood its issuer."""

TIMEOUT_SECONDS = 5.0
LARGEST_ANSWER = 1_048_576
MOST_KEYS = 100

DISCOVERY = "/.well-known/openid-configuration"

log = structlog.get_logger()


class IssuerUnavailable(IdentityError):  # noqa: N818 - it says what happened
    """The issuer's keys can't be had, so that nothing can be said of a token."""

    def __init__(self) -> None:
        super().__init__("the identity provider can't be reached, so that tokens can't be checked")


class KeySource(Protocol):
    """Wherever the keys of an issuer come from."""

    @property
    def is_stale(self) -> bool:
        """Whether it is time to look for changed keys."""
        ...

    def find(self, key_id: str | None) -> PublicKey | None:
        """The key with that id among those at hand; without an id the only one there is. Never waits."""
        ...

    def refresh(self) -> None:
        """Looks for changed keys, unless that was done a moment ago. May wait. Raises IssuerUnavailable, StoreError."""
        ...


class RemoteKeys:
    """The keys that an issuer publishes under a URL (RFC 7517), found by discovery where none is given."""

    def __init__(self, issuer: str, url: str | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._url = url
        self._clock = clock
        self._keys: Mapping[str | None, PublicKey] = {}
        self._fresh_until = float("-inf")
        self._not_before = float("-inf")
        self._failed = False
        self._turn = threading.Lock()

    @property
    def is_stale(self) -> bool:
        return self._clock() >= self._fresh_until and self._clock() >= self._not_before

    def find(self, key_id: str | None) -> PublicKey | None:
        if key_id is not None:
            return self._keys.get(key_id)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def refresh(self) -> None:
        with self._turn:  # who comes second finds what the first has fetched
            if self._clock() >= self._not_before:
                self._fetch()
            if self._failed:
                raise IssuerUnavailable

    def _fetch(self) -> None:
        self._not_before = self._clock() + PAUSE_SECONDS
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                keys = usable_keys(_json(client, self._url or self._discovered(client)))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self._failed = True
            log.warning("issuer_keys_not_fetched", issuer=self._issuer, why=str(error), keys_kept=len(self._keys))
            return
        self._keys, self._failed = keys, False
        self._fresh_until = self._clock() + FRESH_SECONDS

    def _discovered(self, client: httpx.Client) -> str:
        told = _json(client, self._issuer.rstrip("/") + DISCOVERY)
        if told.get("issuer") != self._issuer or not isinstance(told.get("jwks_uri"), str):
            raise ValueError("the discovery document is not of this issuer")
        url: str = told["jwks_uri"]
        return url


def usable_keys(published: Mapping[str, Any]) -> dict[str | None, PublicKey]:
    """The published keys that can check signatures, by id; others are passed over. Raises ValueError if none is."""
    given = published.get("keys")
    found: dict[str | None, PublicKey] = {}
    for one in given[:MOST_KEYS] if isinstance(given, list) else ():
        key = _public_key(one)
        if key is not None:
            found[one.get("kid")] = key
    if not found:
        raise ValueError("no usable key is published")
    return found


def _public_key(one: Any) -> PublicKey | None:
    if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    if not isinstance(one.get("kid"), str | None):
        return None
    try:
        key = import_key({name: value for name, value in one.items() if name != "key_ops"})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key  # type: ignore[return-value]  # by kty it is one of the three


def _json(client: httpx.Client, url: str) -> Mapping[str, Any]:
    """The JSON object at a URL, no more of it than the limit. Raises httpx.HTTPError, ValueError."""
    with client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
        if answer.status_code != 200:
            raise ValueError(f"{url} answers {answer.status_code}")
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise ValueError(f"{url} answers more than {LARGEST_ANSWER} bytes")
    told = orjson.loads(bytes(body))
    if not isinstance(told, dict):
        raise ValueError(f"{url} does not answer a JSON object")  # noqa: TRY004 - it is the answer that is wrong
    return told
