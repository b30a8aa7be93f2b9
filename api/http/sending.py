"""Sending: answers as JSON bytes, made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.responses import Response


class JsonResponse(Response):
    """JSON bytes, made already."""

    media_type = "application/json"


def send(value: Any, status: int = 200) -> JsonResponse:
    """The value as JSON; dates become ISO text."""
    return JsonResponse(orjson.dumps(value), status)


def send_raw(text: str, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """Canonical JSON text, sent on as it is kept."""
    return JsonResponse(text.encode(), headers=headers)


def send_raw_list(name: str, texts: Iterable[str], rest: Mapping[str, Any], status: int = 200) -> JsonResponse:
    """An object with a list of canonical JSON texts, sent on as they are kept, and other members after it."""
    listed = ",".join(texts).encode()
    return JsonResponse(b'{"%b":[%b],%b' % (name.encode(), listed, orjson.dumps(dict(rest))[1:]), status)
