"""The app: every router, opened on one ledger.

`uvicorn --factory api.http.app:create_app` serves it by the LEDGER_* settings.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.requests import Request
from starlette.responses import RedirectResponse

import migrations
from api.http import (
    accounts,
    assessment,
    calling,
    changes,
    closing_plans,
    contacts,
    deadlines,
    disputes,
    events,
    funnel,
    health,
    home,
    key_players,
    leads,
    lists,
    metrics,
    obligations,
    opportunities,
    overview,
    residuals,
    reviews,
    rights,
    rulebook,
    selection,
    selection_criteria,
    simulations,
    statements,
    streams,
    views,
    webhooks,
)
from api.http.access import Access
from api.http.following import following
from api.http.openapi import document
from api.http.requests import Requests, answer_problems
from api.scheduling.scheduler import scheduling
from api.settings import Settings
from api.wiring import Today, open_ledger

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

ROUTERS = (
    calling.router,
    health.plain_router,
    health.router,
    metrics.router,
    streams.router,  # before the events: /v1/events/stream is no event
    events.router,
    changes.router,
    webhooks.router,
    simulations.router,
    rights.router,
    deadlines.router,
    leads.router,
    accounts.router,
    overview.router,
    contacts.router,
    home.router,
    views.router,
    lists.router,
    obligations.router,
    residuals.router,
    statements.router,
    disputes.router,
    reviews.router,
    assessment.router,
    key_players.router,
    closing_plans.router,
    selection_criteria.router,
    funnel.router,
    selection.router,
    opportunities.router,
    rulebook.router,
)

DESCRIPTION = """
An append-only ledger of sales rights: who may call on an account, and why, for any day, as known at any moment.

* Facts come in through `POST /v1/events` and are never changed. Everything else is a question.
* Every question takes `on` (a business day, default today) and `known_at` (a position or an instant, default now).
  The same question with the same two has the same answer for ever.
* Amounts are decimal strings, days `YYYY-MM-DD`, instants RFC 3339 in UTC. Unknown fields and parameters are refused.
* Errors are problem details (RFC 9457); `errors` names each place, `rule` the rule that refuses.
"""

PAGE_OF_DOCUMENTS = {
    "docExpansion": "list",
    "defaultModelsExpandDepth": 0,
    "tryItOutEnabled": True,
    "validatorUrl": None,  # or the page would ask a validator on the internet
}


def create_app(settings: Settings | None = None, *, today: Today | None = None, schedules: bool = False) -> FastAPI:
    """The app on the ledger of the settings (by default those of the environment), opened when the server starts.

    Its database must have been migrated; /readyz tells. `schedules`: the scheduler works inside, beside the requests.
    `today` stands in for the calendar, for tests.
    """
    app = FastAPIOffline(
        redoc_url=None,
        title="Rights Ledger",
        version=version("rights-ledger"),
        summary="Who may call on this account, and why?",
        description=DESCRIPTION,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        swagger_ui_parameters=PAGE_OF_DOCUMENTS,
        lifespan=_opened(settings or Settings(), today, schedules=schedules),
    )
    for router in ROUTERS:
        app.router.routes.extend(router.routes)  # one flat list: included routers are searched twice for every request
    app.add_api_route("/", _to_documents, include_in_schema=False)
    app.add_middleware(Requests)
    answer_problems(app)
    app.openapi = partial(document, app)  # type: ignore[method-assign]  # FastAPI's own way to replace it
    return app


def _opened(settings: Settings, today: Today | None, *, schedules: bool) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with (
            open_ledger(settings, today) as ledger,
            ThreadPoolExecutor(settings.reading_threads, thread_name_prefix="asking") as threads,
            scheduling(ledger) if schedules else nullcontext(),
        ):
            app.state.access = Access(ledger, threads, migrations.newest())
            async with following(app, ledger):
                yield

    return lifespan


async def _to_documents(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
