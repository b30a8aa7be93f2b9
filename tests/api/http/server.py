"""A real server for tests: uvicorn in a thread on a loopback port, and a client that holds each answer to OpenAPI."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import uvicorn
from fastapi import FastAPI

from api.http.access import Access
from api.http.app import create_app
from api.http.serving import address_of, listening
from api.identity.callers import Role
from api.identity.development import token
from api.settings import Settings
from ledger.store import Store
from ledger.store.errors import StoreError

TODAY = date(2026, 4, 2)
"""The business day of every test server."""


@dataclass
class Api:
    """A served ledger, with a client on it."""

    client: httpx.Client
    """Sends everything with a token of the role admin."""
    app: FastAPI
    url: str

    @property
    def access(self) -> Access:
        """What the app's requests use."""
        access: Access = self.app.state.access
        return access

    def headers(self, role: Role = "admin", party_id: str | None = None) -> dict[str, str]:
        """What a request of that role has to carry."""
        return allowing(self.access.ledger.store, role, party_id)

    def record(self, *events: dict[str, Any], **batch: Any) -> dict[str, Any]:
        """Records events, which must succeed; the answer."""
        answer = self.send(*events, **batch)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def send(
        self, *events: dict[str, Any], headers: dict[str, str] | None = None, query: str = "", **batch: Any
    ) -> httpx.Response:
        """The answer to a batch of events."""
        return self.client.post(f"/v1/events{query}", json={"events": list(events), **batch}, headers=headers)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        """The answer to a question."""
        return self.client.get(path, params=parameters)

    def ask(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a question that can be answered."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def position(self) -> int:
        """Where the ledger stands."""
        position: int = self.ask("/v1/events", limit=1)["position"]
        return position

    def walk(self, path: str, **parameters: Any) -> list[Any]:
        """All items of a list, page by page."""
        page = self.ask(path, **parameters)
        items = page["items"]
        while page["next"] is not None:
            page = self.ask(path, **{**parameters, "after": page["next"]})
            items = items + page["items"]
        return items


def allowing(store: Store, role: Role = "admin", party_id: str | None = None) -> dict[str, str]:
    """The header with a token of the development identity."""
    return {"Authorization": f"Bearer {token(store, role, party_id)}"}


def _allowing(store: Store) -> dict[str, str]:
    """The header of an admin; of what is no ledger, one with a key that it has to look up."""
    try:
        return allowing(store)
    except StoreError:
        return {"Authorization": "Bearer rlk_0_0"}


class Prompt(uvicorn.Server):
    """A server that ends as soon as it may: uvicorn looks ten times a second, and waits for what may be under way.

    How the ledger's servers end is tested on `ledger serve`.
    """

    async def main_loop(self) -> None:
        """Looks a hundred times a second whether to end; does once a second what is to be done once a second."""
        turns = 0
        while not await self.on_tick(turns // 10):
            turns += 1
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends at once where nobody is connected, else as uvicorn does."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for one in (*self.servers, *(sockets or ())):
            one.close()
        await self.lifespan.shutdown()


@contextmanager
def serving(settings: Settings) -> Iterator[Api]:
    """The app of the settings, served until the block ends."""
    app = create_app(settings, today=lambda: TODAY)
    with listening("127.0.0.1", 0) as listener:
        config = uvicorn.Config(
            app, lifespan="on", log_config=None, access_log=False, timeout_graceful_shutdown=5, timeout_keep_alive=30
        )
        server = Prompt(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        url = address_of(listener)
        hooks = {"response": [hold_to_document]}
        try:
            with httpx.Client(base_url=url, timeout=30, event_hooks=hooks, trust_env=False) as client:
                if settings.way_of_identity == "development":
                    client.headers.update(_allowing(app.state.access.ledger.store))
                yield Api(client, app, url)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the server did not stop"


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(Settings(database_url="sqlite:///never-opened.db")).openapi()


def hold_to_document(response: httpx.Response) -> None:
    """Fails a test whose answer is not one that OpenAPI documents for that path, method and status."""
    response.read()
    assert response.headers["x-request-id"]
    request, media_type = response.request, response.headers.get("content-type", "").partition(";")[0]
    operation = _operation(request.url.path, request.method)
    if operation is None:
        assert response.status_code in {200, 307, 401, 403, 404, 405}, response.text
        if response.status_code in {401, 403, 404, 405}:
            _check({"$ref": "#/components/schemas/ProblemDetails"}, response)
        return
    documented = operation["responses"].get(str(response.status_code))
    assert documented is not None, f"{response.status_code} is not documented for {request.url.path}: {response.text}"
    assert media_type in documented["content"], f"{media_type} is not documented for {response.status_code}"
    if request.method != "HEAD" and media_type.endswith("json"):
        _check(documented["content"][media_type]["schema"], response)


def _operation(path: str, method: str) -> dict[str, Any] | None:
    wanted = "get" if method == "HEAD" else method.lower()
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and wanted in operations:
            found: dict[str, Any] = operations[wanted]
            return found
    return None


def _check(schema: dict[str, Any], response: httpx.Response) -> None:
    errors = [
        f"{error.instance_path}: {error.message}" for error in validator(repr(schema)).iter_errors(response.json())
    ]
    assert not errors, f"{response.request.url.path} does not answer as documented: {errors[:3]}\n{response.text[:500]}"


@cache
def validator(written: str) -> Any:
    """The validator of a schema of the document, by how it is written."""
    schema: dict[str, Any] = eval(written)  # noqa: S307 - our own document, as a key of the cache
    return jsonschema_rs.validator_for({**schema, "components": document()["components"]}, validate_formats=True)
