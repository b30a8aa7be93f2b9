"""Access: how a request reaches the ledger without holding up the others.

On SQLite a look-up takes less time than handing it to a thread, so quick ones run in the event loop itself; readers
never wait for the writer there. Everything else, and everything on PostgreSQL, runs on threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import ParamSpec, TypeVar, cast

from starlette.requests import Request

from api.http.questions import Question
from api.identity.callers import Caller
from api.identity.proving import Identity, identity_of
from api.identity.rates import Rates
from api.settings import Settings
from api.wiring import RightsLedger
from ledger.store import Reader
from projections.asking import Moment, moment
from projections.recording import Receipt, Submission

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

FEW = 20
"""How many events are checked in the event loop."""


class Access:
    """The open ledger, as requests use it. What a route gets is the one of its request, which knows its caller."""

    identity: Identity
    """Who sends a request."""

    def __init__(self, ledger: RightsLedger, threads: ThreadPoolExecutor, revision: str | None) -> None:
        self.ledger = ledger
        self.revision = revision
        """The revision of the database that this release works on."""
        self._threads = threads
        self._inline = ledger.settings.is_sqlite
        self.who: Caller | None = None
        """The caller, for whom there need not be one."""
        self.identity = identity_of(ledger.settings, ledger.store, self._run_look_up)
        self.rates = Rates(ledger.settings.rate_limit)

    @property
    def caller(self) -> Caller:
        """Who sends the request. Raises LookupError on a route that asks nobody who they are."""
        if self.who is None:
            raise LookupError("a public route has no caller")
        return self.who

    def of(self, caller: Caller) -> Access:
        """The same ledger, for a request of this caller."""
        own = object.__new__(Access)  # a copy, without what copy() takes to make one of anything
        own.__dict__ = {**self.__dict__, "who": caller}
        return own

    @property
    def settings(self) -> Settings:
        return self.ledger.settings

    @property
    def read(self) -> Reader:
        return self.ledger.read

    async def run(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """The function's result, found on a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    async def run_quick(
        self,
        question: Question,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """The same for a look-up of a few indexed rows, in the event loop where that is quicker.

        A `known_at` that is an instant may have to wait for a writer, so it goes to a thread.
        """
        if self._inline and not isinstance(question.known_at, datetime):
            return function(*args, **kwargs)
        return await self.run(function, *args, **kwargs)

    async def _run_look_up(self, function: Callable[..., Result], /, *args: object) -> Result:
        return await self.run(function, *args)

    async def record(self, submission: Submission) -> Receipt:
        """Hands events in, and waits until they are committed or refused.

        Handing in checks the form of every event, so a large batch is handed in from a thread.
        """
        submit = self.ledger.recorder.submit
        handed_in = await self.run(submit, submission) if len(submission.events) > FEW else submit(submission)
        return await asyncio.shield(asyncio.wrap_future(handed_in))

    def moment(self, question: Question) -> Moment:
        """The day and the position that a question is about. May wait: for threads, or for `run_quick`."""
        return moment(self.read, question.on, question.known_at, self.ledger.today())


def access_of(request: Request) -> Access:
    """The ledger, for the caller of the request once they are admitted."""
    return cast(Access, getattr(request.state, "access", None) or request.app.state.access)
