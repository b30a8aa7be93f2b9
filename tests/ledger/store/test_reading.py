"""Reading the log: pages with filters, by event id, by account up to a position."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from ledger import canonical
from ledger.store import Head, OneOf, Prepared, Store, Stored, queries
from ledger.store.schema import events, head
from tests.ledger.store.facts import drafts, elevated, opened, party, record


@pytest.fixture
def filled(store: Store) -> Store:
    """Nine events: two accounts, a party, and elevations."""
    record(store, opened("acme"), party("jane"), opened("zenith"))
    record(store, *[elevated("acme"), elevated("zenith")] * 3)
    return store


def at(page: list[Stored]) -> list[int]:
    """The positions on a page."""
    return [stored.position for stored in page]


def test_pages_follow_the_positions(filled: Store) -> None:
    """From after a position, so many, up to a position at most."""
    read = filled.read

    assert at(read.page()) == list(range(1, 10))
    assert at(read.page(limit=4)) == [1, 2, 3, 4]
    assert at(read.page(after=4, limit=4)) == [5, 6, 7, 8]
    assert at(read.page(after=4, limit=4, up_to=6)) == [5, 6]
    assert at(read.page(after=9)) == []


def test_pages_can_be_narrowed(filled: Store) -> None:
    """To an account, to a type, to both."""
    read = filled.read

    assert at(read.page(account_id="acme")) == [1, 4, 6, 8]
    assert at(read.page(type="account_elevated", after=5)) == [6, 7, 8, 9]
    assert at(read.page(account_id="zenith", type="account_elevated", limit=2)) == [5, 7]
    assert at(read.page(account_id="zenith", type="account_elevated", up_to=5)) == [5]
    assert at(read.page(account_id="nobody")) == at(read.page(type="nothing")) == []


def test_a_body_is_the_very_text_that_was_hashed(filled: Store) -> None:
    """What a feed sends on is never written anew."""
    stored = {entry.position: entry for page in filled.read.entries() for entry in page}

    for position, body in filled.read.page():
        assert canonical.leaf_hash(body.encode()) == stored[position].leaf_hash


def test_an_event_by_its_id(filled: Store) -> None:
    """Or None."""
    event_id = filled.read.history("zenith")[0].event_id
    found = filled.read.event(event_id)

    assert found is not None
    assert (found.position, canonical.decode(found.body).event_id) == (3, event_id)
    assert filled.read.event("00000000-0000-0000-0000-000000000000") is None


def test_histories(filled: Store) -> None:
    """An account's, and that of no account, whole or between two positions."""
    read = filled.read

    assert [one.position for one in read.history("acme")] == [1, 4, 6, 8]
    assert [one.position for one in read.history("acme", after=1, up_to=6)] == [4, 6]
    assert [one.position for one in read.history(None)] == [2]
    assert read.history(None, after=2) == []


def test_the_whole_log_in_pages(filled: Store) -> None:
    """Every page full but the last; as events, and as rows."""
    assert [[one.position for one in page] for page in filled.read.recorded(page=4)] == [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9],
    ]
    assert [len(page) for page in filled.read.entries(page=4, after=1, up_to=8)] == [4, 3]


def test_the_head_of_an_empty_ledger(store: Store) -> None:
    """Position 0."""
    found = store.read.head()

    assert (found.position, found.world) == (0, 0)
    assert at(store.read.page()) == []


def test_a_commit_is_seen_by_every_later_question(store: Store) -> None:
    """Also by connections that were open before."""
    for expected in range(1, 30):
        record(store, elevated())
        assert store.read.head().position == expected
        assert at(store.read.page(after=expected - 1)) == [expected]


def test_a_unit_at_work_is_not_seen(store: Store) -> None:
    """Neither its events nor its head, before it is committed; and nobody waits for it."""
    record(store, opened())
    with store.write(["acme"]) as unit:
        unit.append(drafts(elevated(), elevated(), elevated()))
        assert store.read.head().position == 1
        assert at(store.read.page()) == [1]
    assert store.read.head().position == 4


def test_other_rooms_ask_prepared_questions(filled: Store) -> None:
    """A Core statement with its values and types, on the reading side and in a unit."""
    question = Prepared(
        select(events.c.position, events.c.effective_on, events.c.recorded_at)
        .where(OneOf(events.c.account_id, "accounts"), events.c.type == "account_opened")
        .where(events.c.effective_on <= bindparam("on"))
        .order_by(events.c.position)
    )
    first = filled.read.history("acme")[0]
    values = {"accounts": ["acme", "zenith", "nobody"], "on": first.effective_on}

    rows = filled.read.rows(question, values)
    with filled.write() as unit:
        assert unit.rows(question, values) == rows

    assert rows[0] == (1, first.effective_on, first.recorded_at)
    assert [row[0] for row in rows] == [1, 3]


def test_a_growing_list_can_not_be_prepared(store: Store) -> None:
    """It would have to be built anew for each length."""
    with pytest.raises(ValueError, match="OneOf"):
        store.read.rows(Prepared(select(events).where(events.c.event_id.in_(["a", "b"]))))


def test_the_reading_side_can_not_write(store: Store) -> None:
    """Its connections refuse."""
    with pytest.raises((DBAPIError, Exception), match="read"), store.read.connection() as connection:
        connection.execute(text("UPDATE head SET world = 7"))
    assert store.read.head().world == 0


def test_many_threads_read_at_once(filled: Store) -> None:
    """More threads than connections: each gets its answer."""

    def ask(number: int) -> tuple[Head, list[int]]:
        return filled.read.head(), at(filled.read.page(after=number % 9))

    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(ask, range(1_000)))

    assert all(
        head.position == 9 and page == list(range(number % 9 + 1, 10)) for number, (head, page) in enumerate(answers)
    )


def test_no_page_walks_through_the_whole_log(store: Store) -> None:
    """A page's plan, also one that is kept for any values, enters an index at the place where the page begins."""
    record(store, opened("rare"), *[elevated("acme")] * 2_000)
    with store.read.connection() as connection:
        if connection.dialect.name == "postgresql":
            with store.transaction() as analysis:
                analysis.exec_driver_sql("ANALYZE events")
            connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        plans = [_plan(connection, *which) for which in queries.PAGES]

    assert [
        re.findall(r"(?:pk|ix)_events\w*|INTEGER PRIMARY KEY", plan)[0].removeprefix("ix_events_") for plan in plans
    ] == [
        "INTEGER PRIMARY KEY" if connection.dialect.name == "sqlite" else "pk_events",
        "type_position",
        "account_id_position",
        "account_id_position",
    ]


def _plan(connection: Connection, account: bool, type_: bool) -> str:
    """The plan of a page that is narrowed to an account or a type, for values that are not known yet."""
    sql = queries.PAGES[account, type_].sql(connection.dialect)
    if connection.dialect.name == "sqlite":
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("1",) * sql.count("?")).all())
    names: list[str] = []
    sql = re.sub(r"%\((\w+)\)s", lambda match: f"${names.append(match[1]) or len(names)}", sql)
    connection.exec_driver_sql(f"PREPARE page AS {sql}")
    plan = connection.exec_driver_sql(f"EXPLAIN EXECUTE page ({', '.join(['1'] * len(names))})").all()
    connection.exec_driver_sql("DEALLOCATE page")
    return str(plan)


def test_unprepared_questions_are_possible(filled: Store) -> None:
    """SQLAlchemy as usual, for what is asked once in a while."""
    with filled.read.connection() as connection:
        assert connection.execute(select(head.c.position)).scalar_one() == 9
