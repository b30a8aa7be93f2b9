"""Routes: a question's model, its answer's model and its problems, put together with the function that answers it.

FastAPI's own reading of parameters costs more than a whole look-up: here the model reads them, and documents them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.http.access import Access, access_of
from api.http.documents import parameters_of, responses_of
from api.http.problem_kinds import ProblemKind
from api.http.questions import AnyAsked, read


class Direct(APIRoute):
    """A route whose endpoint takes the request and makes the response: FastAPI documents it, and does nothing more."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def routes(tag: str) -> APIRouter:
    """A router for the routes of one capability."""
    return APIRouter(tags=[tag], route_class=Direct)


Answering = Callable[[AnyAsked, Access], Awaitable[Response]]


def asks(
    router: APIRouter,
    path: str,
    model: type[AnyAsked],
    answer: type[BaseModel] | None,
    *,
    problems: Sequence[ProblemKind] = (),
    responses: Mapping[int | str, dict[str, Any]] = MappingProxyType({}),
) -> Callable[[Answering[AnyAsked]], Answering[AnyAsked]]:
    """Make a function answer GET requests: it gets what they ask as `model`, and the ledger.

    Its docstring is the documentation, `answer` the model of what it sends (or `responses` says it), `problems` what
    can go wrong beyond malformed requests and a database out of reach.
    """

    def register(function: Answering[AnyAsked]) -> Answering[AnyAsked]:
        async def endpoint(request: Request) -> Response:
            return await function(read(model, request), access_of(request))

        endpoint.__name__ = function.__name__
        endpoint.__doc__ = inspect.getdoc(function)
        router.add_api_route(
            path,
            endpoint,
            methods=["GET"],
            response_model=answer,
            responses={**responses, **responses_of(problems)},
            openapi_extra={"parameters": parameters_of(model, path)},
            operation_id=function.__name__,
        )
        return function

    return register
