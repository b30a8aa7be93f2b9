"""List views: what may be saved as one, and which lines it shows in which order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.views import ListViewSaved
from ledger.recorded import Recorded
from policies.list_columns import KEYS, LISTS, OPS
from policies.refusals import Refused
from policies.views import check_view, fixed, read_views, shown
from tests.policies.memory import parse_one

ON = date(2026, 3, 1)
BASE: dict[str, Any] = {"view_id": "v", "of": "opportunities", "name": "Mine", "columns": ["name"]}


def saved(position: int = 1, on: str = "2026-01-01", actor: str = "jane", **data: Any) -> Recorded:
    """A view saved by an actor."""
    event = parse_one("list_view_saved", on, None, **{**BASE, **data})
    return Recorded(position, datetime(2026, 1, 1, tzinfo=UTC), actor, f"event-{position}", event)


def deleted(position: int, on: str = "2026-01-01", view_id: str = "v") -> Recorded:
    """A view deleted."""
    event = parse_one("list_view_deleted", on, None, view_id=view_id)
    return Recorded(position, datetime(2026, 1, 1, tzinfo=UTC), "jane", f"event-{position}", event)


def row(opportunity_id: str, **values: Any) -> dict[str, Any]:
    """A line of opportunities, empty but for these values."""
    empty = dict.fromkeys(LISTS["opportunities"])
    return {**empty, "account_id": "acme", "opportunity_id": opportunity_id, **values}


def ids(rows: list[dict[str, Any]], **data: Any) -> list[str]:
    """The opportunities that a view of these filters or this sort shows."""
    event = saved(**data).event
    assert isinstance(event, ListViewSaved)
    return [str(one["opportunity_id"]) for one in shown(event.data, rows, ON)]


ROWS = [
    row("a", name="Alpha", amount=Decimal("500.00"), currency="USD", probability=10, strategic=True, manager="jane"),
    row("b", name="beta", amount=Decimal("90.00"), currency="USD", expected_close_on=date(2026, 3, 31)),
    row("c", name="Gamma", amount=Decimal(700), currency="JPY", expected_close_on=date(2026, 2, 1), strategic=False),
    row("d"),
]


@pytest.mark.parametrize(
    ("field", "op", "value", "found"),
    [
        ("name", "eq", "ALPHA", "a"),
        ("name", "ne", "alpha", "bcd"),
        ("name", "in", ["Beta", "gamma"], "bc"),
        ("name", "contains", "AM", "c"),
        ("name", "starts_with", "b", "b"),
        ("name", "empty", True, "d"),
        ("name", "empty", False, "abc"),
        ("manager", "eq", "jane", "a"),
        ("manager", "eq", "Jane", ""),
        ("manager", "ne", "jane", "bcd"),
        ("amount", "ge", "500", "ac"),
        ("amount", "lt", "500.00", "b"),
        ("probability", "gt", 9, "a"),
        ("probability", "le", 9, ""),
        ("strategic", "eq", True, "a"),
        ("strategic", "ne", True, "bcd"),
        ("expected_close_on", "lt", "today", "c"),
        ("expected_close_on", "le", "today+30", "bc"),
        ("expected_close_on", "le", "today+29", "c"),
        ("expected_close_on", "ge", "today-28", "bc"),
        ("expected_close_on", "eq", "2026-03-31", "b"),
    ],
)
def test_a_filter_shows(field: str, op: str, value: Any, found: str) -> None:
    """What has no value in the column is found by `empty` and `ne` alone."""
    assert "".join(ids(ROWS, filters=[{"field": field, "op": op, "value": value}])) == found


def test_all_filters_must_hold() -> None:
    """They narrow the list one after the other."""
    filters = [{"field": "currency", "op": "eq", "value": "usd"}, {"field": "amount", "op": "gt", "value": "100"}]
    assert ids(ROWS, filters=filters) == ["a"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ([], "abcd"),
        ([{"field": "name"}], "abcd"),
        ([{"field": "name", "descending": True}], "cbad"),
        ([{"field": "amount"}], "cbad"),
        ([{"field": "amount", "descending": True}], "cabd"),
        ([{"field": "expected_close_on"}], "cbad"),
        ([{"field": "currency"}, {"field": "name", "descending": True}], "cbad"),
        ([{"field": "strategic"}], "cabd"),
    ],
)
def test_a_sort_puts_in_order(sort: list[dict[str, Any]], found: str) -> None:
    """Nothing stands last whichever way; amounts of one currency stand together, as they can't be compared."""
    assert "".join(ids(ROWS[::-1], sort=sort)) == found


@given(st.permutations(ROWS), st.sampled_from(sorted(LISTS["opportunities"])), st.booleans())
def test_the_order_depends_on_the_lines_alone(rows: list[dict[str, Any]], field: str, descending: bool) -> None:
    """However they come, a view shows every line once, in the same order."""
    sort = [{"field": field, "descending": descending}]
    assert ids(rows, sort=sort) == ids(ROWS, sort=sort)
    assert sorted(ids(rows, sort=sort)) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"columns": ["name", "colour"]}, "/data/columns/1"),
        ({"sort": [{"field": "colour"}]}, "/data/sort/0/field"),
        ({"filters": [{"field": "colour", "op": "eq", "value": "x"}]}, "/data/filters/0/field"),
        ({"filters": [{"field": "manager", "op": "contains", "value": "x"}]}, "/data/filters/0/op"),
        ({"filters": [{"field": "amount", "op": "ge", "value": 5}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "amount", "op": "ge", "value": "5,00"}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "probability", "op": "ge", "value": "5"}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "strategic", "op": "eq", "value": "true"}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "name", "op": "in", "value": "x"}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "name", "op": "empty", "value": 1}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "opened_on", "op": "lt", "value": "tomorrow"}]}, "/data/filters/0/value"),
        ({"filters": [{"field": "opened_on", "op": "lt", "value": "2026-02-30"}]}, "/data/filters/0/value"),
    ],
)
def test_what_a_list_does_not_have_is_refused(said: dict[str, Any], pointer: str) -> None:
    """By VIEWS, with the place."""
    with pytest.raises(Refused) as refused:
        check_view(saved(**said), [])
    assert (refused.value.rule, refused.value.pointer) == ("VIEWS", pointer)


@pytest.mark.parametrize("of", LISTS)
def test_every_column_can_be_shown_sorted_and_filtered(of: str) -> None:
    """By each op of its kind; the keys of a list are among its columns."""
    values = {"date": "today", "amount": "1", "number": 1, "flag": True, "text": "x", "id": "x"}
    assert set(KEYS[of]) <= LISTS[of].keys()
    for name, column in LISTS[of].items():
        for op in OPS[column.kind]:
            value: Any = ["x"] if op == "in" else True if op == "empty" else values[column.kind]
            filters = [{"field": name, "op": op, "value": value}]
            check_view(saved(of=of, columns=[name], sort=[{"field": name}], filters=filters), [])


def test_a_name_is_unique_for_its_owner_and_list() -> None:
    """Capitals and gaps aside; another owner, and another list, may have it too."""
    known = [saved(1)]
    with pytest.raises(Refused, match="another view of opportunities"):
        check_view(saved(2, view_id="w", name=" mine"), known)
    check_view(saved(2, view_id="w", name="mine", actor="omar"), known)
    check_view(saved(2, view_id="w", name="mine", of="accounts"), known)
    check_view(saved(2, view_id="v", name="MINE"), known)
    check_view(saved(3, view_id="w"), [*known, deleted(2)])
    with pytest.raises(Refused, match="another view"):
        check_view(saved(4, view_id="w", owner="mary"), [saved(1, owner="mary")])


def test_a_view_is_what_was_said_last_of_it() -> None:
    """From its own day on; deleted, it is gone, until it is saved again."""
    facts = [saved(1), saved(2, "2026-02-01", name="Ours"), deleted(3, "2026-03-01"), saved(4, "2026-04-01")]
    named = {str(on): [one.data.name for one in read_views(facts, on).values()] for on in
             (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))}  # fmt: skip
    assert [*named.values()] == [[], ["Mine"], ["Ours"], [], ["Mine"]]


def test_what_is_not_there_can_not_be_deleted_nor_become_another_list() -> None:
    """A view keeps its list for good."""
    with pytest.raises(Refused, match="no view 'v' any more"):
        check_view(deleted(2), [saved(1), deleted(1)])
    with pytest.raises(Refused, match="is a view of opportunities"):
        check_view(saved(2, of="accounts"), [saved(1)])


def test_fixed_ids_narrow_the_look_up() -> None:
    """Only what is asked for by one very id."""
    filters = [
        {"field": "manager", "op": "eq", "value": "jane"},
        {"field": "name", "op": "eq", "value": "x"},
        {"field": "account_id", "op": "ne", "value": "acme"},
    ]
    event = saved(filters=filters).event
    assert isinstance(event, ListViewSaved)
    assert dict(fixed(event.data)) == {"manager": "jane"}
