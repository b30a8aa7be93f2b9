"""Posting: one message to one target, within bounds of time and size, to the address that was checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from time import perf_counter

import httpx

from api.webhooks.targets import Network, NotAllowed, Resolve, allowed_address, resolved, target

SECONDS = 15.0
"""How long one attempt may take, from the look-up of the host's name to the answer."""

CONNECT_SECONDS = 5.0
MOST_ANSWER_BYTES = 1_024
"""How much of an answer is read, for the log of deliveries."""

GONE = 410
"""The target says that it wants nothing any more (Standard Webhooks, operational considerations)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the status if there was an answer, what to tell, and how long it took."""

    status: int | None
    detail: str | None
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


class Poster:
    """Posts for one process. Follows no redirect, uses no proxy, keeps no cookie."""

    def __init__(self, networks: Sequence[Network], resolve: Resolve = resolved, seconds: float = SECONDS) -> None:
        self._networks = networks
        self._resolve = resolve
        self._seconds = seconds

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Sends the message; whatever goes wrong is an outcome."""
        started = perf_counter()
        status, detail = None, None
        try:
            async with asyncio.timeout(self._seconds):
                status, detail = await self._post(url, body, headers)
        except TimeoutError:
            detail = f"no answer within {self._seconds:g} seconds"
        except NotAllowed as error:
            detail = f"not sent: {error}"
        except (httpx.HTTPError, ssl.SSLError, OSError) as error:
            detail = f"{type(error).__name__}: {error}"[:300]
        return Outcome(status, detail, round((perf_counter() - started) * 1000))

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        one = target(url)
        address = await asyncio.to_thread(allowed_address, one, self._resolve, self._networks)
        host = f"[{one.host}]" if ":" in one.host else one.host
        named = {
            "content-type": "application/json",
            **headers,
            "host": host if one.is_default_port else f"{host}:{one.port}",
            "user-agent": "rights-ledger-webhooks",
            "accept-encoding": "identity",
        }
        # Each attempt has a connection of its own: one kept open could be one to the same address for another name.
        async with (
            httpx.AsyncClient(verify=_context(), trust_env=False, timeout=self._timeout(), http2=False) as client,
            client.stream(
                "POST",
                httpx.URL(url).copy_with(host=address, port=one.port),
                content=body,
                headers=named,
                extensions={"sni_hostname": one.host},
            ) as answer,
        ):
            return answer.status_code, await _beginning_of(answer)

    def _timeout(self) -> httpx.Timeout:
        return httpx.Timeout(self._seconds, connect=CONNECT_SECONDS)


@cache
def _context() -> ssl.SSLContext:
    """What certificates are checked by; read once."""
    return httpx.create_ssl_context(trust_env=False)


async def _beginning_of(answer: httpx.Response) -> str:
    """The first bytes of the answer as text for the log."""
    said = b""
    async for part in answer.aiter_raw(MOST_ANSWER_BYTES):
        said += part
        if len(said) >= MOST_ANSWER_BYTES:
            break
    text = said[:MOST_ANSWER_BYTES].decode(errors="replace")
    return "".join(one if one.isprintable() else " " for one in text)[:300]
