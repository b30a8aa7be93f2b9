"""One event of any type, as a client would send it: JSON values drawn from the models of `ledger.events`.

`json_events()` draws of every type, `json_events("forecast_recorded")` of one. Optional fields are there or not. The
ids in it name nothing: this is for tests of the form of events; `tests.strategies.histories` draws what makes sense.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from ledger.dates import FIRST_DATE, LAST_DATE, PERIOD_PATTERN
from ledger.events.catalogue import EVENT_TYPES
from ledger.identifiers import EVENT_ID_PATTERN, IDENTIFIER_PATTERN
from ledger.money import CURRENCY_PATTERN, MINOR_UNITS, minor_unit
from ledger.text import NAME_PATTERN, TEXT_PATTERN

Json = dict[str, Any]

IDENTIFIERS = st.text(
    alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:@+", min_size=1, max_size=128
)
DATES = st.dates(FIRST_DATE, LAST_DATE).map(date.isoformat)
NAMES = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip)
TEXTS = st.text(
    alphabet=st.one_of(st.characters(exclude_categories=["Cc", "Cs"]), st.sampled_from("\t\n\r")),
    min_size=1,
    max_size=60,
).filter(str.strip)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
FLAT = st.dictionaries(IDENTIFIERS, st.one_of(TEXTS, st.just(""), WHOLE, st.booleans()), max_size=4)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "BHD", "CLF"]) | st.sampled_from(sorted(MINOR_UNITS))
EVENT_IDS = st.uuids().map(str)
ASSURANCES = st.just(True) | TEXTS | st.lists(TEXTS, min_size=1, max_size=3)
FIGURES = st.integers(0, 10**12)
SCORES = st.dictionaries(IDENTIFIERS, st.integers(0, 2), min_size=1, max_size=4)

_BY_PATTERN: dict[str, SearchStrategy[str]] = {
    IDENTIFIER_PATTERN: IDENTIFIERS,
    EVENT_ID_PATTERN: EVENT_IDS,
    NAME_PATTERN: NAMES,
    TEXT_PATTERN: TEXTS,
    CURRENCY_PATTERN: CURRENCIES,
    PERIOD_PATTERN: st.dates(FIRST_DATE, LAST_DATE).map(lambda day: day.isoformat()[:7]),
}

_BY_FIELD: dict[str, SearchStrategy[Any]] = {
    "attributes": FLAT,
    "plan": TEXTS | FLAT.filter(bool),
    "skills": ASSURANCES,
    "resources": ASSURANCES,
    "scores": SCORES,
    "value": FIGURES | st.lists(FIGURES, min_size=1, max_size=5),
}


@st.composite
def amounts(draw: DrawFn, currency: str, smallest: int = 0) -> str:
    """An amount of the currency with as many decimals as it may have, or fewer; `smallest` in its last decimal."""
    decimals = draw(st.integers(0, minor_unit(currency)))
    units = draw(st.integers(smallest, 10 ** (15 + decimals) - 1))
    return str(Decimal(units).scaleb(-decimals)) if decimals else str(units)


@st.composite
def json_events(draw: DrawFn, event_type: str | None = None) -> Json:
    """An event that the ledger takes in, as the JSON object that a client sends."""
    chosen = event_type or draw(st.sampled_from(sorted(EVENT_TYPES)))
    event = draw(_objects(EVENT_TYPES[chosen]))
    if chosen in _TOGETHER:
        _TOGETHER[chosen](draw, event["data"])
    if chosen in _DATED:
        _DATED[chosen](event["effective_on"], event["data"])
    account_id = event.get("account_id")
    if account_id and account_id in (event["data"].get("parent_account_id"), event["data"].get("merged_into")):
        event["account_id"] = f"other-{account_id}"[:100]
    return event


@st.composite
def _objects(draw: DrawFn, model: type[BaseModel]) -> Json:
    drawn: Json = {}
    for attribute, field in model.model_fields.items():
        if field.is_required() or attribute == "type" or draw(st.booleans()):
            drawn[field.alias or attribute] = draw(_of_field(attribute, field))
    return {name: value for name, value in drawn.items() if value is not None}


def _of_field(attribute: str, field: FieldInfo) -> SearchStrategy[Any]:
    if attribute in _BY_FIELD:
        return _BY_FIELD[attribute]
    return _of_type(field.annotation, field.metadata)


def _of_type(annotation: Any, metadata: list[Any]) -> SearchStrategy[Any]:
    origin, inner = get_origin(annotation), get_args(annotation)
    limits = {name: value for mark in _flat(metadata) for name, value in _limits(mark).items()}
    if origin is Annotated:
        return _of_type(inner[0], list(inner[1:]))
    if origin in (Union, UnionType):
        return _of_type(next(one for one in inner if one is not type(None)), metadata)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(_of_type(inner[0], []), min_size=limits.get("min_length", 0), max_size=3)
    if annotation is str:
        pattern = limits.get("pattern", TEXT_PATTERN)
        return _BY_PATTERN[pattern] if pattern in _BY_PATTERN else st.from_regex(pattern, fullmatch=True)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _objects(annotation)
    plain: dict[Any, SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(limits.get("ge", 0), limits.get("le", 100)),
        date: DATES,
        Decimal: st.just("1"),
        type(None): st.none(),
    }
    return plain[annotation]


def _flat(metadata: list[Any]) -> list[Any]:
    return [mark for one in metadata for mark in (one.metadata if isinstance(one, FieldInfo) else [one])]


def _limits(mark: Any) -> Json:
    """The limits that a mark of a field sets: pattern, lengths, bounds."""
    if isinstance(mark, StringConstraints):
        return {"pattern": mark.pattern}
    return {name: getattr(mark, name) for name in ("min_length", "ge", "le") if hasattr(mark, name)}


# ---- fields that must agree with each other ---------------------------------------------------------------------


def _tier_of_partner(draw: DrawFn, data: Json) -> None:
    if data["kind"] != "partner":
        data.pop("tier", None)
    if data.get("member_of") == data["party_id"]:
        del data["member_of"]


def _something_changed(draw: DrawFn, data: Json) -> None:
    if not data.keys() & {"name", "merged_into"}:
        data["name"] = draw(NAMES)


def _some_plan(draw: DrawFn, data: Json) -> None:
    if not data.keys() & {"plan", "plan_ref", "closing_plan_id"}:
        data["plan_ref"] = draw(NAMES)


def _amount_with_currency(draw: DrawFn, data: Json) -> None:
    if "amount" in data:
        data["currency"] = currency = draw(CURRENCIES)
        data["amount"] = draw(amounts(currency))
    else:
        data.pop("currency", None)


def _lines(smallest: int) -> Callable[[DrawFn, Json], None]:
    def agree(draw: DrawFn, data: Json) -> None:
        names = draw(st.lists(IDENTIFIERS, min_size=1, max_size=3, unique=True))
        some = amounts(data["currency"], smallest)
        data["lines"] = [{"line": name, "amount": draw(some)} for name in names]

    return agree


def _renewal(draw: DrawFn, data: Json) -> None:
    _lines(1)(draw, data)
    _in_order(draw, data, "period_from", "period_until")


def _in_order(draw: DrawFn, data: Json, start: str, end: str) -> None:
    two = draw(st.lists(DATES, min_size=2, max_size=2, unique=True))
    data[start], data[end] = sorted(two)


def _hundred_percent(draw: DrawFn, data: Json) -> None:
    parties = draw(st.lists(IDENTIFIERS, min_size=1, max_size=4, unique=True))
    cuts = draw(st.lists(st.integers(1, 999_999), min_size=len(parties) - 1, max_size=len(parties) - 1, unique=True))
    bounds = [0, *sorted(cuts), 1_000_000]
    parts = [Decimal(end - start).scaleb(-4) for start, end in pairwise(bounds)]
    data["shares"] = [{"party_id": party, "percent": str(part)} for party, part in zip(parties, parts, strict=True)]
    if "until" in data:
        _in_order(draw, data, "from", "until")


def _lines_once(draw: DrawFn, data: Json) -> None:
    data["lines"] = list(dict.fromkeys(data["lines"]))


def _one_player(draw: DrawFn, data: Json) -> None:
    if data.keys() & {"player_id", "party_id"} != {"party_id"}:
        data.pop("party_id", None)
        data["player_id"] = draw(IDENTIFIERS)


def _named_player(draw: DrawFn, data: Json) -> None:
    _one_player(draw, data)
    if "player_id" in data:
        data["name"] = draw(NAMES)


def _criteria_once(draw: DrawFn, data: Json) -> None:
    data["criteria"] = list({one["criterion"]: one for one in data["criteria"]}.values())


def _due_later(day: str, data: Json) -> None:
    data["due_on"] = max(day, data["due_on"])


def _reviewed_before(day: str, data: Json) -> None:
    for one in data.get("actions", ()):
        _due_later(day, one)
    if "actions" in data:
        data["actions"] = list({one["action_id"]: one for one in data["actions"]}.values())
    if data.get("next_review_on", "") <= day:
        data.pop("next_review_on", None)


_DATED: dict[str, Callable[[str, Json], None]] = {
    "opportunity_reviewed": _reviewed_before,
    "action_agreed": _due_later,
}
"""Types whose data must agree with the day of the event."""


def _something_revised(draw: DrawFn, data: Json) -> None:
    _amount_with_currency(draw, data)
    if not data.keys() - {"opportunity_id", "reason"}:
        data["stage"] = draw(NAMES)


def _criteria(draw: DrawFn, data: Json) -> None:
    names = draw(st.lists(IDENTIFIERS, min_size=2, max_size=4, unique=True))
    kinds = [draw(st.sampled_from(["quantity", "performance"])) for _ in names[1:]]
    measured = [
        {"criterion": name, "kind": kind, "target": str(draw(st.integers(0, 1_000)))}
        for name, kind in zip(names[1:], kinds, strict=True)
    ]
    data["criteria"] = [{"criterion": names[0], "kind": "date", "by": draw(DATES)}, *measured]


def _one_measurement(draw: DrawFn, data: Json) -> None:
    data.pop("value", None)
    data.pop("on", None)
    name, values = draw(st.sampled_from([("on", DATES), ("value", st.integers(0, 1_000).map(str))]))
    data[name] = draw(values)


def _stages_once(draw: DrawFn, data: Json) -> None:
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    data["stages"] = [{"stage": name, "gate": draw(st.booleans())} for name in names]


def _no_manager(draw: DrawFn, data: Json) -> None:
    if "manager" in data["role"].casefold():
        data["role"] = "engineer"


def _a_view(draw: DrawFn, data: Json) -> None:
    data["columns"] = draw(st.lists(st.sampled_from(["name", "account_id", "opened_on"]), min_size=1, unique=True))
    data["filters"] = [{"field": "name", "op": "contains", "value": draw(NAMES)}]
    data["sort"] = [{"field": name, "descending": draw(st.booleans())} for name in data["columns"]]


_TOGETHER: dict[str, Callable[[DrawFn, Json], None]] = {
    "party_registered": _tier_of_partner,
    "account_identity_changed": _something_changed,
    "lead_captured": _amount_with_currency,
    "lead_responded": _amount_with_currency,
    "opportunity_opened": _amount_with_currency,
    "opportunity_revised": _something_revised,
    "outcome_stated": _criteria,
    "outcome_measured": _one_measurement,
    "sales_stages_configured": _stages_once,
    "team_member_joined": _no_manager,
    "list_view_saved": _a_view,
    "opportunity_plan_adopted": _some_plan,
    "key_player_mapped": _named_player,
    "key_player_removed": _one_player,
    "selection_criteria_configured": _criteria_once,
    "forecast_recorded": _lines(1),
    "business_awarded": _lines(0),
    "revenue_share_proposed": _hundred_percent,
    "partner_included": _lines_once,
    "co_sell_quote_shared": _amount_with_currency,
    "co_sell_contract_shared": _amount_with_currency,
    "contract_renewed": _renewal,
}
