"""The canonical bytes are pinned: if one of these hashes changes, every ledger in use is broken."""

from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256

import orjson
import pytest
from pydantic import ValidationError

from ledger import canonical
from ledger.events.catalogue import example_of, parse
from ledger.recorded import Recorded
from ledger.upcasting import UnknownVersionError

TODAY = date(2026, 1, 10)
NOW = datetime(2026, 1, 10, 12, 30, 0, 125, tzinfo=UTC)
EVENT_ID = "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11"


def recorded(event_type: str, recorded_at: datetime = NOW) -> Recorded:
    """The type's example, recorded at position 7 by jane."""
    return Recorded(7, recorded_at, "jane", EVENT_ID, parse(example_of(event_type), today=TODAY), 1)


def test_the_bytes_of_a_forecast() -> None:
    """Names sorted, nothing that was not sent, amounts and non-ASCII text as they were sent."""
    raw = example_of("forecast_recorded") | {"source": "Büro Wien €"}
    event = Recorded(7, NOW, "jane", EVENT_ID, parse(raw, today=TODAY), 1)
    assert canonical.encode(event).decode() == (
        '{"account_id":"acme","actor":"jane","data":{"currency":"USD","expected_award_on":"2026-03-31",'
        '"lines":[{"amount":"48210.00","line":"gtx-pro"}],"opportunity_id":"opp-1","probability":60},'
        '"effective_on":"2026-01-10","event_id":"018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11","position":7,'
        '"recorded_at":"2026-01-10T12:30:00.000125Z","schema_version":1,"source":"Büro Wien €",'
        '"type":"forecast_recorded"}'
    )


PINNED = {
    "forecast_recorded": "5dc0b2a63d3b8706983eb72098adfffd27534c897483346a8f7dd53c42637a0b",
    "coordination_recorded": "ac26717af4c252c5220f95d61f94f4c8063adbce83f4d23a30a15c9bbb5981c6",
    "revenue_share_proposed": "7c3bc2ec190a29fda4f4af97105fd99087908ca750477c4da2ad099b3ddd3b61",
    "account_opened": "5ad1bafdeb4168e66281172a45ef463a62bdedc13bf682d272ba2d1a0eba962b",
    "period_closed": "562b88fd804e3bc77da217be4148b8e6ed4b26e5f61246d1056750e7ddeb7283",
}


@pytest.mark.parametrize(("event_type", "leaf"), PINNED.items())
def test_pinned_leaf_hashes(event_type: str, leaf: str) -> None:
    """SHA-256 of a zero byte and the canonical bytes, for ever."""
    written = canonical.encode(recorded(event_type))
    assert canonical.leaf_hash(written).hex() == leaf
    assert sha256(b"\x00" + written).hexdigest() == leaf


def test_the_escapes_of_rfc_8785() -> None:
    """Line breaks and quotes are escaped shortly, everything printable stands as it is."""
    raw = example_of("business_lost")
    raw["data"]["reason"] = 'a"b\\c/d\te\nf\rg\u2028😀'
    written = canonical.encode(Recorded(1, NOW, "jane", EVENT_ID, parse(raw, today=TODAY), 1))
    assert '"reason":"a\\"b\\\\c/d\\te\\nf\\rg\u2028😀"'.encode() in written


def test_absent_and_null_envelope_fields_are_the_same() -> None:
    """A null in the envelope says nothing."""
    raw = example_of("business_lost")
    with_nulls = parse({**raw, "source": None, "corrects": None, "event_id": None}, today=TODAY)
    assert canonical.encode_stated(with_nulls) == canonical.encode_stated(parse(raw, today=TODAY))


def test_reading_back() -> None:
    """The bytes give the recorded event again; it then carries the id that the ledger gave it."""
    read = canonical.decode(canonical.encode(recorded("business_awarded")))
    expected = recorded("business_awarded")
    assert (read.position, read.recorded_at, read.actor, read.event_id) == (7, NOW, "jane", EVENT_ID)
    assert read.data == expected.data
    assert read.event.event_id == EVENT_ID
    assert read.order == (date(2026, 3, 15), 7)
    assert (read.type, read.account_id, read.corrects, read.source) == ("business_awarded", "acme", None, None)


@pytest.mark.parametrize("offset", [None, timezone(timedelta(hours=1))])
def test_only_utc_is_written(offset: timezone | None) -> None:
    """An instant without a zone, or of another one, is a mistake of the program."""
    with pytest.raises(ValueError, match="UTC"):
        canonical.encode(recorded("period_closed", NOW.replace(tzinfo=offset)))


def test_another_name_of_utc_is_utc() -> None:
    """A database driver may call it otherwise."""
    other = NOW.replace(tzinfo=timezone(timedelta(0), "Etc/UTC"))
    assert canonical.encode(recorded("period_closed", other)) == canonical.encode(recorded("period_closed"))


def _without(name: str) -> bytes:
    body = orjson.loads(canonical.encode(recorded("period_closed")))
    del body[name]
    return orjson.dumps(body)


def _with(name: str, value: object) -> bytes:
    return orjson.dumps(orjson.loads(canonical.encode(recorded("period_closed"))) | {name: value})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", orjson.JSONDecodeError),
        (_without("position"), KeyError),
        (_without("data"), ValidationError),
        (_with("extra", 1), ValidationError),
        (_with("recorded_at", "2026-01-10"), ValueError),
        (_with("schema_version", 99), UnknownVersionError),
    ],
)
def test_what_is_no_recorded_event_is_not_read(body: bytes, error: type[Exception]) -> None:
    """Nothing is guessed."""
    with pytest.raises(error):
        canonical.decode(body)
