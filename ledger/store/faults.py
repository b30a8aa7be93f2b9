"""What the two drivers report, in the words of the store."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from ledger.store.errors import (
    FactsAreImmutable,
    LedgerBusy,
    LedgerDamaged,
    LedgerFull,
    LedgerNotReady,
    LedgerReadOnly,
    LedgerUnavailable,
    Overtaken,
    StoreError,
)

IMMUTABLE = "recorded events are immutable"
"""How the refusal of the triggers begins, on both databases."""

IMMUTABLE_STATE = "RL001"
"""Its SQLSTATE on PostgreSQL."""

IDLE_STATE = "25P03"
"""PostgreSQL's SQLSTATE for a session ended because its transaction was idle."""

TAKEN_ON_SQLITE = ("events.event_id", "events.position", "idempotency.key", "known_ids.kind")
TAKEN_ON_POSTGRESQL = frozenset({"uq_events_event_id", "pk_events", "pk_idempotency", "pk_known_ids"})

# SQLite's primary result codes (sqlite.org/rescode.html).
SQLITE_BUSY = frozenset({5, 6})
SQLITE_READ_ONLY = frozenset({3, 8})
SQLITE_FULL = 13
SQLITE_UNREACHABLE = frozenset({10, 14})
SQLITE_DAMAGED = frozenset({11, 26})
SQLITE_CONSTRAINT = 19

# PostgreSQL's SQLSTATEs (its manual, appendix A).
POSTGRESQL_BUSY = frozenset({"55P03", "40P01", "40001", "57014", "53300", "53400"})
POSTGRESQL_FULL = frozenset({"53100"})
POSTGRESQL_READ_ONLY = frozenset({"25006", "42501"})
POSTGRESQL_NOT_READY = frozenset({"42P01", "42703", "3F000"})
POSTGRESQL_UNREACHABLE = ("08", "25P03", "28", "3D", "57P", "58", "53")
POSTGRESQL_DAMAGED = ("XX001", "XX002")


@contextmanager
def in_our_words(place: str, waited: float | None = None) -> Iterator[None]:
    """Turns a driver's error into ours; lets everything else pass as it is."""
    try:
        yield
    except Exception as error:
        ours = fault(error, place, waited)
        if ours is None:
            raise
        raise ours from error


def fault(error: Exception, place: str, waited: float | None = None) -> StoreError | None:
    """The store's error for a driver's, also when SQLAlchemy has wrapped it; None for what is not a known failure.

    `place` names the database without its password; `waited` is the time that a wait for a lock may take.
    """
    if isinstance(error, NoFreeConnection):
        return LedgerBusy(waited)
    cause: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    if cause is None:
        return None
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _sqlite_fault(cause, code & 0xFF, place, waited)
    if type(cause).__module__.startswith("psycopg"):
        return _postgresql_fault(cause, place, waited)
    return None


def may_have_committed(error: Exception, place: str) -> bool:
    """Whether an error in answer to a COMMIT leaves open if it went through: the server was lost meanwhile.

    Not so where the server says that it had ended the transaction before, as nobody did anything in it for too long.
    """
    return isinstance(fault(error, place), LedgerUnavailable) and getattr(error, "sqlstate", None) != IDLE_STATE


def _sqlite_fault(cause: BaseException, code: int, place: str, waited: float | None) -> StoreError | None:
    said = str(cause)
    if code in SQLITE_BUSY:
        return LedgerBusy(waited)
    if code == SQLITE_FULL:
        return LedgerFull()
    if code in SQLITE_READ_ONLY:
        return LedgerReadOnly()
    if code in SQLITE_UNREACHABLE:
        return LedgerUnavailable(place, said)
    if code in SQLITE_DAMAGED:
        return LedgerDamaged(place, said)
    if said.startswith(("no such table", "no such column")):
        return LedgerNotReady(place)
    if code == SQLITE_CONSTRAINT and IMMUTABLE in said:
        return FactsAreImmutable()
    if code == SQLITE_CONSTRAINT and any(column in said for column in TAKEN_ON_SQLITE):
        return Overtaken()
    return None


def _postgresql_fault(cause: BaseException, place: str, waited: float | None) -> StoreError | None:
    state: str | None = getattr(cause, "sqlstate", None)
    if state is None:
        # libpq tells of a connection that can't be made or was lost without an SQLSTATE.
        lost = type(cause).__name__ in {"OperationalError", "ConnectionTimeout", "AdminShutdown"}
        return LedgerUnavailable(place, _first_line(cause)) if lost else None
    for states, ours in (
        (POSTGRESQL_BUSY, lambda: LedgerBusy(waited)),
        (POSTGRESQL_FULL, LedgerFull),
        (POSTGRESQL_READ_ONLY, LedgerReadOnly),
        (POSTGRESQL_NOT_READY, lambda: LedgerNotReady(place)),
        ({IMMUTABLE_STATE}, FactsAreImmutable),
    ):
        if state in states:
            return ours()
    if state.startswith(POSTGRESQL_DAMAGED):
        return LedgerDamaged(place, _first_line(cause))
    if state.startswith(POSTGRESQL_UNREACHABLE):
        return LedgerUnavailable(place, _first_line(cause))
    taken = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return Overtaken() if taken in TAKEN_ON_POSTGRESQL else None


def _first_line(cause: BaseException) -> str:
    return str(cause).strip().partition("\n")[0] or type(cause).__name__
