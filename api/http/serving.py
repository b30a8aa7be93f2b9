"""Serving: the app on a socket, until somebody stops it."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from multiprocessing.process import BaseProcess, parent_process
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

import migrations
from api.http import logs
from api.http.app import create_app
from api.metrics import DIRECTORY as METRICS_DIRECTORY
from api.metrics import forget_the_dead
from api.settings import Settings
from ledger.store import open_store
from ledger.store.engines import parsed

Say = Callable[[str], None]

TELL: Say = partial(print, flush=True)

BACKLOG = 2_048
KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancers in front keep an idle connection, so that they never send into a closing one."""

LOOK_AGAIN_SECONDS = 0.05
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on

PARTY = '{"type":"party_registered","data":{"party_id":"jane","name":"Jane","kind":"employee"}}'
ADMIT = "export LEDGER_TOKEN=$(ledger token --role admin)"
ACCOUNT = '{"type":"account_opened","account_id":"acme","data":{"name":"Acme"}}'


class CannotListen(Exception):  # noqa: N818 - it says what happened
    """The address can't be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"can't listen on {host} port {port} ({reason}); give another --host or --port")


class OpenToOthers(Exception):  # noqa: N818 - it says what happened
    """The development identity is for one machine, and the address is one that others reach."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"does not listen on {host} with the development identity: whoever reaches the database could come in any "
            "role. Let people in by an identity provider (set LEDGER_ISSUER to its URL), or by API keys only (set "
            "LEDGER_IDENTITY=keys, and make keys with `ledger key create`); or listen on 127.0.0.1. "
            "docs/how-to/let-people-in.md tells more"
        )


def serve(settings: Settings, say: Say = TELL) -> None:
    """Migrates the database, serves the app until a signal stops it, and says what to open once it answers.

    Requests under way get `shutdown_seconds` to end. Raises OpenToOthers before anything is done, CannotListen, or
    SystemExit(3) when the app can't start.
    """
    check_address(settings)
    url = parsed(settings.database_url)
    migrations.upgrade(url.render_as_string(hide_password=False))
    with listening(settings.host, settings.port) as listener:
        address = address_of(listener)
        place = url.render_as_string(hide_password=True)
        greeting = threading.Thread(target=_greet, args=(address, place, settings, say), daemon=True)
        greeting.start()
        with suppress(KeyboardInterrupt):  # a person stopped it, and everything under way has ended
            _run(settings, listener)


def check_address(settings: Settings) -> None:
    """Raises OpenToOthers for the development identity on an address that is not this machine's own."""
    if settings.way_of_identity == "development" and not is_loopback(settings.host):
        raise OpenToOthers(settings.host)


def is_loopback(host: str) -> bool:
    """Whether every address that the host stands for is one of the machine itself."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return False
    return bool(found) and all(ip_address(str(one).partition("%")[0]).is_loopback for one in found)


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
    forget_the_dead()
    supervisor = parent_process()
    if supervisor is not None:
        threading.Thread(target=_leave_after, args=(supervisor,), daemon=True).start()
    return create_app(settings, schedules=settings.schedules)


def _leave_after(supervisor: BaseProcess) -> None:
    """Ends this worker well once its supervisor is gone, however it went: else it would keep the port for ever."""
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _run(settings: Settings, listener: socket.socket) -> None:
    if settings.workers > 1:
        os.environ.update(_environment(settings))
        several = _config("api.http.serving:worker_app", settings, factory=True, workers=settings.workers)
        with _counted_together():
            Multiprocess(several, sockets=[listener]).run()
        return
    logs.configure(settings)
    server = uvicorn.Server(_config(create_app(settings, schedules=settings.schedules), settings))
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


@contextmanager
def _counted_together() -> Iterator[None]:
    """A place where the workers count, so that any of them can tell the sum."""
    with TemporaryDirectory(prefix="ledger-metrics-") as directory:
        os.environ.setdefault(METRICS_DIRECTORY, directory)
        yield


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the environment that gives them to other processes."""
    said = settings.model_dump(exclude_none=True)
    return {f"LEDGER_{name.upper()}": _written(value) for name, value in said.items()} | (
        {"LEDGER_RATE_LIMIT": "off"} if settings.rate_limit is None else {}
    )


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _greet(address: str, place: str, settings: Settings, say: Say) -> None:
    """Waits until the app answers, then says where it is, how to be let in, and what to try."""
    while not _is_ready(address):
        time.sleep(LOOK_AGAIN_SECONDS)
    with open_store(settings.database_url, settings.waits) as store:
        position = store.read.head().position
    say(f"The ledger {place} is open, with {position} events.")
    say("")
    say(f"Open   {address}/docs")
    if settings.way_of_identity == "development":
        say(f"Token  {ADMIT}")
    say(f"Try    {first_question(address, position)}")
    say("Stop   Ctrl-C")


def _is_ready(address: str) -> bool:
    """Whether the app answers."""
    try:
        urlopen(f"{address}/readyz", timeout=5).close()  # noqa: S310 - our own address
    except OSError:
        return False
    return True


def first_question(address: str, position: int) -> str:
    """A command that shows something: what was recorded last, or how to record the first fact."""
    allowed = '-H "Authorization: Bearer $LEDGER_TOKEN"'
    if position:
        return f"curl '{address}/v1/events?after={max(0, position - 3)}' {allowed}"
    batch = f'{{"events":[{PARTY},{ACCOUNT}]}}'
    recording = f"curl {address}/v1/events {allowed} -H 'Content-Type: application/json' -d '{batch}'"
    return f"{recording}\n       curl '{address}/v1/accounts/acme/calling-rights?party_id=jane' {allowed}"
