"""Proving: from the Authorization header of a request to its caller, by whichever of the ways this ledger takes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from api.identity import development, keys
from api.identity.callers import Caller, NotProven
from api.identity.keysets import IssuerUnavailable, KeySource, RemoteKeys
from api.identity.tokens import Proven, PublicKey, Trust, key_id, proven
from api.settings import Settings
from ledger.store import Store
from ledger.store.errors import StoreError

MOST_REMEMBERED = 10_000
REMEMBERED_SECONDS = 60.0
"""How long a token that was checked is believed without being checked again: after that its key must still stand."""

log = structlog.get_logger()


class Run(Protocol):
    """Runs a function that may wait on a thread."""

    def __call__(self, function: Callable[..., Any], /, *args: Any) -> Awaitable[Any]: ...


class Identity:
    """Who calls: API keys always, and the tokens of one issuer."""

    def __init__(
        self,
        store: Store,
        run: Run,
        trust: Trust | None,
        source: KeySource | None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._run = run
        self._trust = trust
        self._source = source
        self._clock = clock
        self._remembered: OrderedDict[str, Proven] = OrderedDict()
        self._used: dict[str, datetime] = {}

    async def caller(self, authorization: str | None) -> Caller:
        """Who sends a request with that Authorization header.

        Raises NotProven, NotAdmitted, IssuerUnavailable, StoreError.
        """
        if authorization is None:
            raise NotProven("")
        remembered = self._remembered.get(authorization)
        if remembered is not None and self._clock() < remembered.until:
            return remembered.caller
        scheme, _, given = authorization.partition(" ")
        given = given.strip()
        if scheme.lower() != "bearer" or not given.isascii() or not given:
            raise NotProven("The Authorization header has to be: Bearer, a space, and a token or an API key.")
        if keys.is_key(given):
            return await self._by_key(given)
        found = await self._by_token(given)
        self._remember(authorization, found)
        return found.caller

    async def _by_key(self, given: str) -> Caller:
        now = datetime.now(UTC)
        key: keys.ApiKey = await self._run(keys.proven, self._store.read, given, now)
        used = self._used.get(key.key_id)
        if used is None or now - used >= keys.USE_NOTED_EVERY:
            self._used[key.key_id] = now
            await self._run(self._note_use, key, now)
        return key.caller

    def _note_use(self, key: keys.ApiKey, now: datetime) -> None:
        try:
            keys.note_use(self._store, key, now)
        except StoreError as error:  # who asks a question is answered, though nothing can be written
            log.warning("use_of_key_not_noted", key=key.key_id, why=str(error))

    async def _by_token(self, token: str) -> Proven:
        if self._trust is None or self._source is None:
            raise NotProven("This ledger takes API keys only.")
        key = await self._key(key_id(token, self._trust))
        return proven(token, key, self._trust, self._clock())

    async def _key(self, named: str | None) -> PublicKey:
        """The issuer's key of that name. One that is not known yet may be new: then the issuer is asked again."""
        assert self._source is not None  # noqa: S101 - the caller has made sure
        found = self._source.find(named)
        if found is not None and not self._source.is_stale:
            return found
        try:
            await self._run(self._source.refresh)
        except IssuerUnavailable:
            if found is None:
                raise
        found = self._source.find(named)
        if found is None:
            raise NotProven("The token is signed with a key that its issuer does not publish.")
        return found

    def _remember(self, authorization: str, found: Proven) -> None:
        until = min(found.until, self._clock() + REMEMBERED_SECONDS)
        self._remembered[authorization] = Proven(found.caller, until)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def identity_of(settings: Settings, store: Store, run: Run) -> Identity:
    """The identity that the settings ask for."""
    if settings.way_of_identity == "development":
        return Identity(store, run, development.TRUST, development.DevelopmentKeys(store.read))
    if settings.issuer is None:
        return Identity(store, run, None, None)
    trust = Trust(
        settings.issuer,
        settings.audience,
        settings.token_algorithms,
        frozenset(settings.token_types),
        settings.role_claim,
        settings.party_claim,
        settings.clock_leeway_seconds,
    )
    return Identity(store, run, trust, RemoteKeys(settings.issuer, settings.jwks_url))
