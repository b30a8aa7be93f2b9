"""Routes: a question's model, its answer's model and its problems, put together with the function that answers it.

FastAPI's own reading of parameters costs more than a whole look-up: here the model reads them, and documents them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.access import Access, access_of
from api.http.admitting import admit
from api.http.documents import parameters_of, responses_of
from api.http.problem_kinds import ProblemKind
from api.http.problems import not_allowed
from api.http.questions import AnyAsked, read
from api.identity.roles import Permission, reach

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_PERMISSION = "permission"
_ANSWERS_OWN = "answers_own"


class Direct(APIRoute):
    """A route whose endpoint takes the request and makes the response: FastAPI documents it, and does nothing more.

    Nobody gets through to it without the permission that the endpoint was marked with.
    """

    def get_route_handler(self) -> Endpoint:
        endpoint: Endpoint = self.endpoint
        permission = permission_of(endpoint)
        if permission is None:
            raise TypeError(f"{self.path} says nobody may use it: mark {endpoint.__name__} with @may(…)")

        async def handle(request: Request) -> Response:
            await admit(request, permission, answers_own=answers_own(endpoint))
            return await endpoint(request)

        return handle


def may(permission: Permission, *, answers_own: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Say what an endpoint asks of its caller; see `api.identity.roles` for who has it. Stands under the route.

    `answers_own`: it sees to it that a caller who sees only what is their own gets no more; else they are refused.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        _mark(endpoint, permission, answers_own=answers_own)
        return endpoint

    return mark


def _mark(endpoint: Endpoint, permission: Permission, *, answers_own: bool) -> None:
    setattr(endpoint, _PERMISSION, permission)
    setattr(endpoint, _ANSWERS_OWN, answers_own)


def answers_own(endpoint: object) -> bool:
    """Whether an endpoint has answers for callers who see only what is their own."""
    return bool(getattr(endpoint, _ANSWERS_OWN, False))


def permission_of(endpoint: object) -> Permission | None:
    """What an endpoint was marked with; None for one that was not, which nobody may use."""
    return getattr(endpoint, _PERMISSION, None)


def routes(tag: str) -> APIRouter:
    """A router for the routes of one capability."""
    return APIRouter(tags=[tag], route_class=Direct)


Answering = Callable[[AnyAsked, Access], Awaitable[Response]]


class Own(NamedTuple):
    """How a question is answered to a caller who sees only what is their own: by a function and a model of its own.

    The function may wait: it runs on a thread. `files` are the formats other than JSON that it writes.
    """

    function: Callable[[Any, Access], Response]
    answer: type[BaseModel]
    files: tuple[str, ...] = ()


def asks(
    router: APIRouter,
    path: str,
    model: type[AnyAsked],
    answer: type[BaseModel] | None,
    *,
    may: Permission,
    own: Own | None = None,
    problems: Sequence[ProblemKind] = (),
    responses: Mapping[int | str, dict[str, Any]] = MappingProxyType({}),
) -> Callable[[Answering[AnyAsked]], Answering[AnyAsked]]:
    """Make a function answer GET requests: it gets what they ask as `model`, and the ledger, which knows the caller.

    Its docstring is the documentation, `answer` the model of what it sends (or `responses` says it), `may` what it
    asks of the caller, `own` how it answers those who see only their own (else they are refused), `problems` what can
    go wrong beyond malformed requests, callers without permission and a database out of reach.
    """

    def register(function: Answering[AnyAsked]) -> Answering[AnyAsked]:
        async def endpoint(request: Request) -> Response:
            access = access_of(request)
            if may == "public" or reach(access.caller, may) == "all":
                return await function(read(model, request), access)
            if own is None:  # nobody comes here: they were not admitted
                raise not_allowed(access.caller)
            asked = read(model, request)
            if getattr(asked, "format", "json") not in {"json", *own.files}:  # others hold more than own answers do
                raise not_allowed(access.caller)
            return await access.run(own.function, asked, access)

        _mark(endpoint, may, answers_own=own is not None)
        endpoint.__name__ = function.__name__
        endpoint.__doc__ = inspect.getdoc(function)
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            response_model=answer if own is None or answer is None else answer | own.answer,
            response_class=Response if answer is None else JSONResponse,
            responses={**responses, **responses_of(problems, public=may == "public")},
            openapi_extra={"parameters": parameters_of(model, path)},
            operation_id=function.__name__,
        )
        return function

    return register
