"""The kinds of problem, each with its status and what a client can do about it. Types lead to pages of this app."""

from dataclasses import dataclass

from pydantic.config import JsonDict


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What all problems of one kind have in common. `retry_after` is in seconds."""

    name: str
    status: int
    title: str
    says: str
    retry_after: int | None = None

    @property
    def type(self) -> str:
        """The URI reference that names the kind (RFC 9457, 3.1.1)."""
        return f"/problems/{self.name}"

    @property
    def told(self) -> JsonDict:
        """The kind as its page tells it."""
        return {"type": self.type, "title": self.title, "status": self.status, "says": self.says}


MALFORMED = ProblemKind(
    "malformed",
    422,
    "The request is malformed",
    "A field or parameter is missing, unknown, or not of the form it must have; each place is named under errors.",
)
UNKNOWN_REFERENCE = ProblemKind(
    "unknown-reference",
    422,
    "The event names something unknown",
    "An event names a party, account, opportunity, contract, … that was never recorded. Record that first.",
)
UNKNOWN_TIME = ProblemKind(
    "unknown-time",
    422,
    "The ledger has not come that far",
    "known_at names a position that no event has yet, or an instant in the future.",
)
INVALID_CURSOR = ProblemKind(
    "invalid-cursor",
    422,
    "The cursor does not belong to this question",
    "Pass in `after` just what the page before gave as `next`, with the same path and parameters.",
)
IDEMPOTENCY_KEY_REUSED = ProblemKind(
    "idempotency-key-reused",
    422,
    "The idempotency key was used for another request",
    "Take a fresh key for every request that is not a repetition.",
)
RULE_REFUSED = ProblemKind(
    "rule-refused",
    409,
    "A rule refuses the event",
    "The event is well-formed and contradicts an invariant of the rule book; `rule` names it.",
)
ALREADY_EXISTS = ProblemKind(
    "already-exists",
    409,
    "The identifier is in use",
    "The event opens something under an identifier that names something already.",
)
EVENT_ID_REUSED = ProblemKind(
    "event-id-reused",
    409,
    "The event id belongs to another event",
    "An event with this event_id is recorded with other content. Nothing recorded changes: record a correction.",
)
POSITION_CONFLICT = ProblemKind(
    "position-conflict",
    409,
    "The account has moved on",
    "An account has an event past the position in expected_position. Read what is new, decide again.",
)
ALREADY_WITHDRAWN = ProblemKind(
    "already-withdrawn",
    409,
    "The event is out of the history already",
    "It was retracted or corrected before, or it is a retraction; retractions are for ever.",
)
TOO_MANY_WEBHOOKS = ProblemKind(
    "too-many-webhooks",
    409,
    "There are too many webhooks",
    "Remove those that are not needed any more; one can be told of several types of events.",
)
NOT_PROVEN = ProblemKind(
    "not-proven",
    401,
    "It is not proven who you are",
    "Send Authorization: Bearer, with a token or an API key. `ledger token --role ROLE` prints one for a server with "
    "the development identity.",
)
NOT_ALLOWED = ProblemKind(
    "not-allowed",
    403,
    "Not yours to ask or to record",
    "Your role does not allow it, or it concerns another party than yours; docs/reference/roles.md has the table.",
)
TOO_MANY_REQUESTS = ProblemKind(
    "too-many-requests",
    429,
    "Too many requests",
    "You have sent more requests than your rate; wait as long as Retry-After says.",
    retry_after=1,
)
ISSUER_UNAVAILABLE = ProblemKind(
    "issuer-unavailable",
    503,
    "The identity provider cannot be reached",
    "Your token can't be checked as long as the keys of its issuer can't be fetched; try again.",
    retry_after=10,
)
UNKNOWN_SUBJECT = ProblemKind(
    "unknown-subject",
    404,
    "The question is about something unknown",
    "The ledger does not know the account, party, contract, event or rule asked about, or did not at known_at.",
)
NO_SUCH_PATH = ProblemKind(
    "no-such-path",
    404,
    "There is nothing at this path",
    "See /docs or /openapi.json for what there is.",
)
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed",
    405,
    "The path does not take this method",
    "The Allow header says which it takes.",
)
BODY_TOO_LARGE = ProblemKind(
    "body-too-large",
    413,
    "The body is too large",
    "Send fewer events or questions in one request.",
)
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type",
    415,
    "The body must be JSON",
    "Send Content-Type: application/json in UTF-8, without a content encoding.",
)
INTERNAL = ProblemKind(
    "internal",
    500,
    "Something went wrong inside the ledger",
    "Tell whoever runs the ledger the request_id.",
)
LEDGER_DAMAGED = ProblemKind(
    "ledger-damaged",
    500,
    "The database is damaged",
    "The ledger's database is not what the ledger wrote. Whoever runs it has to restore a backup.",
)
LEDGER_BUSY = ProblemKind(
    "ledger-busy",
    503,
    "The ledger is busy",
    "Another writer held the database for too long. Nothing was recorded; the same request may succeed in a moment.",
    retry_after=1,
)
SHUTTING_DOWN = ProblemKind(
    "shutting-down",
    503,
    "The ledger is shutting down",
    "Nothing was recorded; send the request again in a moment.",
    retry_after=2,
)
TOO_MANY_STREAMS = ProblemKind(
    "too-many-streams",
    503,
    "The server follows for too many readers",
    "Come back in a moment with the same Last-Event-ID, or ask page by page: nothing is missed meanwhile.",
    retry_after=10,
)
LEDGER_UNAVAILABLE = ProblemKind(
    "ledger-unavailable",
    503,
    "The database cannot be reached",
    "The ledger's database can't be reached. Nothing was recorded; try again.",
    retry_after=5,
)
OUTCOME_UNKNOWN = ProblemKind(
    "outcome-unknown",
    503,
    "Whether it was recorded is not known",
    "The connection to the database was lost during the commit: all of the batch was recorded, or none. Send the same "
    "request again, with the same Idempotency-Key or event ids, and it is recorded once.",
    retry_after=1,
)
LEDGER_READ_ONLY = ProblemKind(
    "ledger-read-only",
    503,
    "The database can only be read",
    "Questions are answered, nothing is recorded until whoever runs the ledger has mended it.",
    retry_after=30,
)
LEDGER_NOT_READY = ProblemKind(
    "ledger-not-ready",
    503,
    "The database holds no ledger of this version",
    "The database was not migrated to this version; `ledger serve` does it.",
    retry_after=10,
)
NO_SCHEDULER = ProblemKind(
    "no-scheduler",
    503,
    "No scheduler is at work",
    "Every answer is right without it, but nobody is warned of deadlines; whoever runs the ledger asked to be told.",
    retry_after=10,
)
LEDGER_FULL = ProblemKind(
    "ledger-full",
    507,
    "The disk is full",
    "Nothing was recorded; everything recorded before is safe and can be read.",
    retry_after=60,
)

KINDS: dict[str, ProblemKind] = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, ProblemKind)}
"""Every kind by its name."""
