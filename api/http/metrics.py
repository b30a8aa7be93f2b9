"""Metrics over HTTP, for Prometheus."""

from __future__ import annotations

from typing import cast

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from api.http.access import access_of
from api.http.routes import may, routes
from api.metrics import Metrics

router = routes("health")


@router.get("/metrics", include_in_schema=False)
@may("operation")
async def metrics(request: Request) -> Response:
    """Requests, recording, lag of streams and webhooks, deadlines, in the text format of Prometheus."""
    counted = cast(Metrics, request.app.state.metrics)
    return Response(await access_of(request).run(counted.text), headers={"content-type": CONTENT_TYPE_LATEST})
