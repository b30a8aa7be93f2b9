"""Requests: each gets an id, one line in the log, and an answer, whatever happens inside."""

from __future__ import annotations

import re
from secrets import token_hex
from time import perf_counter
from typing import Any

import orjson
import structlog
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.documents import PROBLEM_TYPE
from api.http.problem_kinds import INTERNAL, METHOD_NOT_ALLOWED, NO_SUCH_PATH, ProblemKind
from api.http.problems import Problem, problem_of
from api.identity.callers import IdentityError
from api.metrics import Metrics
from ledger.store.errors import StoreError
from projections.problems import AskingError, RecordingError

REQUEST_ID = b"x-request-id"
NO_STORE = (b"cache-control", b"no-store")
"""No proxy may answer for the ledger."""

HEALTH = frozenset({"/livez", "/readyz"})
"""Asked every few seconds: logged when something is wrong."""

CLIENT_CLOSED = 499
"""What the log says of a request whose sender went away."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger()


class Requests:
    """Middleware around all others: gives the request its id, logs it, and turns what nobody caught into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        method, scope = scope["method"], _as_get(scope)
        request_id = _id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = CLIENT_CLOSED

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (REQUEST_ID, request_id.encode())]
                message["headers"] = [*headers, NO_STORE] if scope["path"].startswith("/v1/") else headers
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except ClientDisconnect:
            pass
        except Exception as error:  # nothing may leave without an answer and a line in the log
            log.exception("failed", request_id=request_id)
            if status != CLIENT_CLOSED:
                raise  # the answer has begun: the server must cut it off
            await _problem_response(problem_of(error), request_id)(scope, receive, send_named)
        finally:
            seconds = perf_counter() - started
            _count(scope, status, seconds)
            tell = log.debug if status < 400 and scope["path"] in HEALTH else log.info
            tell(
                "request",
                method=method,
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 2),
                request_id=request_id,
                **_actor(scope),
            )


def _actor(scope: Scope) -> dict[str, str]:
    """Who sent the request, once that is known."""
    access = scope["state"].get("access")
    return {} if access is None else {"actor": access.caller.actor}


def _id_of(scope: Scope) -> str:
    """The id that the sender gave, if it is a harmless one; else a fresh one."""
    for name, value in scope["headers"]:
        if name == REQUEST_ID and _REQUEST_ID.fullmatch(value):
            given: bytes = value
            return given.decode()
    return token_hex(8)


def _count(scope: Scope, status: int, seconds: float) -> None:
    """Counts a request by its route; one that leads nowhere has none, and a stream has no duration worth knowing."""
    metrics: Metrics | None = getattr(scope["app"].state, "metrics", None)
    path = getattr(scope.get("route"), "path", "")
    if metrics is not None and not path.endswith("/stream"):
        metrics.requested(scope["method"], path, status, seconds)


def _as_get(scope: Scope) -> Scope:
    """HEAD is answered as GET; the server leaves the body out."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def answer_problems(app: FastAPI) -> None:
    """Makes the app answer every error as problem details."""
    for error in (Problem, StoreError, RecordingError, AskingError, IdentityError):
        app.add_exception_handler(error, _answer_error)
    app.add_exception_handler(HTTPException, _answer_http_error)


async def _answer_error(request: Request, error: Exception) -> Response:
    problem, request_id = problem_of(error), request.state.request_id
    if problem.kind.status >= 500:
        unexpected = problem.kind is INTERNAL
        log.error(
            "problem",
            kind=problem.kind.name,
            why=str(error),
            request_id=request_id,
            exc_info=error if unexpected else None,
        )
    return _problem_response(problem, request_id)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    """What the router refuses: unknown paths and methods."""
    status = error.status_code if isinstance(error, HTTPException) else INTERNAL.status
    path = request.url.path[:200]
    if status == METHOD_NOT_ALLOWED.status:
        allowed = ", ".join(sorted(_methods(request)))
        detail = f"{path} takes {allowed}."
        problem = Problem(METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})
    elif status == NO_SUCH_PATH.status:
        problem = Problem(NO_SUCH_PATH, f"There is nothing at {path}.")
    else:
        problem = Problem(ProblemKind("http", status, "The request is refused", ""), str(error.detail))  # type: ignore[attr-defined]
    return _problem_response(problem, request.state.request_id)


def _methods(request: Request) -> set[str]:
    """The methods that the path takes."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        match, _ = route.matches(dict(request.scope))
        if match is not Match.NONE:
            found |= route.methods or set()
    return found | ({"HEAD"} if "GET" in found else set())


def _problem_response(problem: Problem, request_id: str) -> Response:
    document: dict[str, Any] = problem.document(request_id)
    return Response(orjson.dumps(document), problem.kind.status, problem.all_headers, PROBLEM_TYPE)
