"""Problems: everything that can go wrong, as RFC 9457 problem details. The one table from error classes to statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from api.http.problem_kinds import (
    ALREADY_EXISTS,
    ALREADY_WITHDRAWN,
    EVENT_ID_REUSED,
    IDEMPOTENCY_KEY_REUSED,
    INTERNAL,
    INVALID_CURSOR,
    ISSUER_UNAVAILABLE,
    LEDGER_BUSY,
    LEDGER_DAMAGED,
    LEDGER_FULL,
    LEDGER_NOT_READY,
    LEDGER_READ_ONLY,
    LEDGER_UNAVAILABLE,
    MALFORMED,
    NOT_ALLOWED,
    NOT_PROVEN,
    OUTCOME_UNKNOWN,
    POSITION_CONFLICT,
    RULE_REFUSED,
    SHUTTING_DOWN,
    TOO_MANY_REQUESTS,
    UNKNOWN_REFERENCE,
    UNKNOWN_SUBJECT,
    UNKNOWN_TIME,
    ProblemKind,
)
from api.identity.callers import Caller, NotAdmitted, NotProven, NotYours
from api.identity.keysets import IssuerUnavailable
from api.identity.rates import TooMany
from ledger.events.problems import FieldProblem
from ledger.store import errors as store
from projections import problems as found

MOST_ERRORS = 100
"""How many places one problem names."""


@dataclass(slots=True, eq=False)
class Problem(Exception):  # noqa: N818 - it is an answer, not a fault
    """An answer that is not the one asked for: what kind, why in this case, which rule, and each place in the request.

    A place is `{"pointer": …}` into the body, `{"parameter": …}` of the path or query, or `{"header": …}`.
    """

    kind: ProblemKind
    detail: str
    errors: Sequence[Mapping[str, Any]] = ()
    rule: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, request_id: str) -> dict[str, Any]:
        """The problem details as they are sent."""
        told = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "request_id": request_id,
            **self.facts,
        }
        if self.rule is not None:
            told["rule"] = self.rule
        if self.errors:
            told["errors"] = [dict(one) for one in self.errors[:MOST_ERRORS]]
        return told

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers of the answer beyond its content type."""
        wait = self.kind.retry_after
        return {**({} if wait is None else {"Retry-After": str(wait)}), **self.headers}


def problem_of(error: Exception) -> Problem:
    """The problem that an error of any room is told as; one that nobody expected becomes an INTERNAL one."""
    if isinstance(error, Problem):
        return error
    for one in type(error).__mro__:
        tell = TABLE.get(one)
        if tell is not None:
            return tell(error)
    return Problem(
        INTERNAL, "Something went wrong that should not have. The request id leads to it in the ledger's log."
    )


def malformed(problems: Sequence[FieldProblem], prefix: str = "") -> Problem:
    """A request whose form is wrong, with each place in its body."""
    places = [_place(one, prefix) for one in problems]
    rule = next((one.rule for one in problems if one.rule is not None), None)
    return Problem(MALFORMED, _summary(places), places, rule)


def malformed_parameters(wrong: Mapping[str, str]) -> Problem:
    """A request whose path or query is wrong: what is wrong with each parameter."""
    places = [{"parameter": name, "detail": said} for name, said in wrong.items()]
    return Problem(MALFORMED, _summary(places), places)


def not_allowed(caller: Caller) -> Problem:
    """What somebody is told who asks what their role may not ask."""
    return Problem(NOT_ALLOWED, f"This is not for {caller.role}: docs/reference/roles.md says who may ask what.")


def _not_proven(error: NotProven) -> Problem:
    said = str(error)
    header = 'Bearer realm="rights-ledger"'
    if not said:  # RFC 6750, 3.1: no error code where nothing was sent
        return Problem(NOT_PROVEN, NOT_PROVEN.says, headers={"WWW-Authenticate": header})
    described = said.replace("\\", "").replace('"', "'").encode("ascii", "replace").decode()
    header += f', error="invalid_token", error_description="{described}"'
    place = {"header": "Authorization", "detail": said}
    return Problem(NOT_PROVEN, said, [place], headers={"WWW-Authenticate": header})


def _place(one: FieldProblem, prefix: str = "") -> dict[str, Any]:
    place = {"pointer": prefix + one.pointer, "detail": one.message}
    return place if one.rule is None else {**place, "rule": one.rule}


def _summary(places: Sequence[Mapping[str, Any]]) -> str:
    first = places[0]
    where = first.get("pointer") or first.get("parameter") or first.get("header") or "the body"
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{where} {first['detail']}{more}"


def _of_kind(kind: ProblemKind) -> Callable[[Any], Problem]:
    """For an error whose own words say all there is to say."""
    return lambda error: Problem(kind, _sentence(str(error)))


def _at_pointer(kind: ProblemKind) -> Callable[[Any], Problem]:
    """For an error about one place in the body."""

    def tell(error: Any) -> Problem:
        detail = _sentence(str(error))
        return Problem(kind, detail, [{"pointer": error.pointer, "detail": detail}])

    return tell


def _sentence(said: str) -> str:
    first = said.split(" ", 1)[0]
    opening = first[:1].upper() + first[1:] if first.isalpha() else first  # an identifier stays as it is
    return opening + said[len(first) :] + ("" if said.endswith((".", "!", "?")) else ".")


def _unknown_references(error: found.UnknownReferences) -> Problem:
    places = [{"pointer": one.pointer, "detail": _unknown_here(one)} for one in error.references]
    return Problem(UNKNOWN_REFERENCE, _summary(places), places)


def _unknown_here(reference: found.UnknownReference) -> str:
    owned = reference.kind in {"opportunity", "contract", "agreement", "dispute"}
    of_account = " on this account" if owned else ""
    return f"names the {reference.kind} {reference.id!r}, which the ledger does not know{of_account}"


def _rule_refused(error: found.RuleRefused) -> Problem:
    places = [_place(one) for one in error.problems]
    return Problem(RULE_REFUSED, _sentence(error.detail), places, error.rule)


def _idempotency_key_reused(_: found.IdempotencyKeyReused) -> Problem:
    detail = "The Idempotency-Key was used for a request with another body."
    return Problem(IDEMPOTENCY_KEY_REUSED, detail, [{"header": "Idempotency-Key", "detail": detail}])


def _position_conflict(error: found.PositionConflict) -> Problem:
    detail = _sentence(str(error))
    facts = {"account_id": error.account_id, "expected": error.expected, "actual": error.actual}
    place = {"pointer": f"/expected_position/{error.account_id}", "detail": detail}
    return Problem(POSITION_CONFLICT, detail, [place], facts=facts)


def _unknown_subject(error: found.UnknownSubject) -> Problem:
    detail = _sentence(str(error))
    return Problem(UNKNOWN_SUBJECT, detail, [{"parameter": f"{error.kind}_id", "detail": detail}])


def _known_at_ahead(error: store.KnownAtAhead) -> Problem:
    return Problem(UNKNOWN_TIME, _sentence(str(error)), [{"parameter": "known_at", "detail": _sentence(str(error))}])


def _invalid_cursor(error: found.InvalidCursor) -> Problem:
    return Problem(INVALID_CURSOR, _sentence(str(error)), [{"parameter": "after", "detail": _sentence(str(error))}])


TABLE: Mapping[type[BaseException], Callable[[Any], Problem]] = MappingProxyType(
    {
        found.MalformedEvents: lambda error: malformed(error.problems),
        found.UnknownReferences: _unknown_references,
        found.RuleRefused: _rule_refused,
        found.AlreadyExists: _at_pointer(ALREADY_EXISTS),
        found.EventIdReused: _at_pointer(EVENT_ID_REUSED),
        found.IdempotencyKeyReused: _idempotency_key_reused,
        found.PositionConflict: _position_conflict,
        found.AlreadyWithdrawn: _at_pointer(ALREADY_WITHDRAWN),
        found.NotAllowed: _at_pointer(NOT_ALLOWED),
        NotProven: _not_proven,
        NotAdmitted: _of_kind(NOT_ALLOWED),
        NotYours: _at_pointer(NOT_ALLOWED),
        TooMany: lambda error: Problem(
            TOO_MANY_REQUESTS, _sentence(str(error)), headers={"Retry-After": str(error.seconds)}
        ),
        IssuerUnavailable: _of_kind(ISSUER_UNAVAILABLE),
        found.RecorderClosed: _of_kind(SHUTTING_DOWN),
        found.UnknownSubject: _unknown_subject,
        found.InvalidCursor: _invalid_cursor,
        store.KnownAtAhead: _known_at_ahead,
        store.LedgerBusy: _of_kind(LEDGER_BUSY),
        store.Overtaken: _of_kind(LEDGER_BUSY),
        store.LedgerFull: _of_kind(LEDGER_FULL),
        store.LedgerReadOnly: _of_kind(LEDGER_READ_ONLY),
        store.OutcomeUnknown: lambda _: Problem(OUTCOME_UNKNOWN, OUTCOME_UNKNOWN.says),
        store.LedgerUnavailable: lambda _: Problem(LEDGER_UNAVAILABLE, LEDGER_UNAVAILABLE.says),
        store.LedgerNotReady: lambda _: Problem(LEDGER_NOT_READY, LEDGER_NOT_READY.says),
        store.LedgerDamaged: lambda _: Problem(LEDGER_DAMAGED, LEDGER_DAMAGED.says),
    }
)
"""Error class → how it is told. Errors that name paths or servers are told without them; the log has them."""
