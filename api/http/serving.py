"""Serving: the app on a socket, until somebody stops it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.request import urlopen

import orjson
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

import migrations
from api.http import logs
from api.http.app import create_app
from api.settings import Settings
from ledger.store.engines import parsed

Say = Callable[[str], None]

TELL: Say = partial(print, flush=True)

BACKLOG = 2_048
KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancers in front keep an idle connection, so that they never send into a closing one."""

LOOK_AGAIN_SECONDS = 0.05
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on

PARTY = '{"type":"party_registered","data":{"party_id":"jane","name":"Jane","kind":"employee"}}'
ACCOUNT = '{"type":"account_opened","account_id":"acme","data":{"name":"Acme"}}'


class CannotListen(Exception):  # noqa: N818 - it says what happened
    """The address can't be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"can't listen on {host} port {port} ({reason}); give another --host or --port")


def serve(settings: Settings, say: Say = TELL) -> None:
    """Migrates the database, serves the app until a signal stops it, and says what to open once it answers.

    Requests under way get `shutdown_seconds` to end. Raises CannotListen, or SystemExit(3) when the app can't start.
    """
    url = parsed(settings.database_url)
    migrations.upgrade(url.render_as_string(hide_password=False))
    with listening(settings.host, settings.port) as listener:
        address = address_of(listener)
        greeting = threading.Thread(
            target=_greet, args=(address, url.render_as_string(hide_password=True), say), daemon=True
        )
        greeting.start()
        with suppress(KeyboardInterrupt):  # a person stopped it, and everything under way has ended
            _run(settings, listener)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; raises CannotListen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if os.name != "nt":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error
    listener.set_inheritable(True)
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL under which this machine reaches the socket."""
    host, port = listener.getsockname()[:2]
    if host in EVERYWHERE:
        host = "127.0.0.1" if listener.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def worker_app() -> FastAPI:
    """The app of one of several processes, by the settings of the environment."""
    settings = Settings()
    logs.configure(settings)
    return create_app(settings)


def _run(settings: Settings, listener: socket.socket) -> None:
    if settings.workers > 1:
        os.environ.update(_environment(settings))
        several = _config("api.http.serving:worker_app", settings, factory=True, workers=settings.workers)
        Multiprocess(several, sockets=[listener]).run()
        return
    logs.configure(settings)
    server = uvicorn.Server(_config(create_app(settings), settings))
    server.run(sockets=[listener])
    if not server.started:
        raise SystemExit(3)


def _config(app: FastAPI | str, settings: Settings, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        **options,
    )


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment that gives them to other processes."""
    return {f"LEDGER_{name.upper()}": str(value) for name, value in settings.model_dump().items()}


def _greet(address: str, place: str, say: Say) -> None:
    """Waits until the app answers, then says where it is and what to try."""
    while (position := _position(address)) is None:
        time.sleep(LOOK_AGAIN_SECONDS)
    say(f"The ledger {place} is open, with {position} events.")
    say("")
    say(f"Open   {address}/docs")
    say(f"Try    {first_question(address, position)}")
    say("Stop   Ctrl-C")


def _position(address: str) -> int | None:
    """The ledger's position, None while the app does not answer yet."""
    try:
        with urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            position: int = orjson.loads(answer.read())["position"]
            return position
    except OSError:
        return None


def first_question(address: str, position: int) -> str:
    """A command that shows something: what was recorded last, or how to record the first fact."""
    if position:
        return f"curl '{address}/v1/events?after={max(0, position - 3)}'"
    batch = f'{{"events":[{PARTY},{ACCOUNT}]}}'
    recording = f"curl {address}/v1/events -H 'Content-Type: application/json' -d '{batch}'"
    return f"{recording}\n       curl '{address}/v1/accounts/acme/calling-rights?party_id=jane'"
