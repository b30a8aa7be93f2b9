"""Bodies: JSON read from a request, no more of it than the limit, with every doubt refused.

RFC 8259 leaves to each reader what a repeated name or a number out of range means; a ledger must not guess.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any, NoReturn

from starlette.requests import Request

from api.http.problem_kinds import BODY_TOO_LARGE, MALFORMED, UNSUPPORTED_MEDIA_TYPE
from api.http.problems import Problem
from ledger.events.problems import pointer_to

INLINE_BYTES = 65_536
"""Larger bodies are parsed in a thread, so that they hold up nobody else."""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body of a JSON request; raises Problem when it is not JSON by its headers, or larger than the limit."""
    _check_media_type(request)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


async def parse(body: bytes) -> Any:
    """The JSON value that a body holds; raises Problem with the place where it is none."""
    if len(body) <= INLINE_BYTES:
        return loads(body)
    return await asyncio.to_thread(loads, body)


def loads(body: bytes) -> Any:
    """The JSON value; raises Problem for anything but strict JSON in UTF-8, repeated names included."""
    try:
        text = body.decode()
        value, names = _decode(text)
    except UnicodeDecodeError as error:
        raise _not_json(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _not_json(
            f"{error.msg[:1].lower()}{error.msg[1:]} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise _not_json("it is nested too deeply") from None
    except ValueError as error:
        raise _not_json(str(error)) from None
    if names:
        place = _find_repeated(value, "")
        detail = "is given more than once in one object"
        raise Problem(MALFORMED, f"{place} {detail}", [{"pointer": place, "detail": detail}])
    return value


class _Repeated(dict[str, Any]):
    """An object in which a name stood more than once; the name."""

    name = ""


def _decode(text: str) -> tuple[Any, list[str]]:
    """The value, and the names that were repeated."""
    names: list[str] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeated = _Repeated(found)
        times = Counter(name for name, _ in pairs)
        repeated.name = next(name for name, count in times.items() if count > 1)
        names.append(repeated.name)
        return repeated

    return json.loads(text, object_pairs_hook=read_object, parse_constant=_refuse_constant), names


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _find_repeated(value: Any, pointer: str) -> str | None:
    """The pointer to the first repeated name below a value."""
    if isinstance(value, _Repeated):
        return pointer_to((value.name,), pointer)
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        place = _find_repeated(item, pointer_to((step,), pointer))
        if place is not None:
            return place
    return None


def _check_media_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    media_type, _, parameters = given.partition(";")
    charset = parameters.strip().lower().replace('"', "").replace(" ", "")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if media_type.strip().lower() != "application/json" or charset not in {"", "charset=utf-8", "charset=utf8"}:
        raise _unsupported(
            f"The Content-Type is {given[:100]!r}, not application/json." if given else "No Content-Type is given."
        )
    if encoding != "identity":
        raise _unsupported(f"The Content-Encoding {encoding[:40]!r} is not taken.")


def _unsupported(detail: str) -> Problem:
    return Problem(UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept": "application/json"})


def _too_large(limit: int) -> Problem:
    return Problem(BODY_TOO_LARGE, f"The body has more than {limit} bytes.", facts={"max_bytes": limit})


def _not_json(why: str) -> Problem:
    return Problem(MALFORMED, f"The body is not JSON: {why}.", [{"pointer": "", "detail": why}])
