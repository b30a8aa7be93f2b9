"""The funnel of an imported export, reckoned a second time by DuckDB: from the CSV, and from the bare log as it was.

The small export of the examples on both databases; the shared one of a real shape and size where it is to be had.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from api.importing.crm import CrmImport
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from policies.days import plus_months
from policies.funnel_progress import average
from projections.asking import Moment
from projections.funnel import Narrowed, funnel, funnel_progress
from projections.selection import selected
from tests.api.importing.conftest import Imported as InLedger
from tests.api.importing.exports import HAS_MAVEN, MAVEN, NO_MAVEN, SMALL

DEALS = """
CREATE TABLE deals AS
WITH numbered AS (SELECT *, row_number() OVER () + 1 AS line FROM read_csv('{folder}/sales_pipeline.csv',
                  all_varchar = true, header = true, delim = ',', strict_mode = false, null_padding = true))
SELECT DISTINCT opportunity_id AS id, lower(replace(sales_agent, ' ', '-')) AS manager,
       try_cast(engage_date AS DATE) AS engaged, try_cast(close_date AS DATE) AS closed, deal_stage AS outcome,
       100 * sales_price::BIGINT AS amount, 100 * try_cast(close_value AS BIGINT) AS earned
FROM numbered JOIN read_csv('{folder}/products.csv', all_varchar = true, header = true, delim = ',') AS products
     ON replace(numbered.product, ' ', '') = replace(products.product, ' ', '')
WHERE line NOT IN (SELECT line FROM read_csv('{rejects}', header = true, delim = ',') WHERE file = 'sales_pipeline.csv')
"""

LOGGED = """
WITH told AS (SELECT * FROM log WHERE position <= $position AND day <= $day),
     worth AS (SELECT id, max(amount) AS amount FROM told WHERE type = 'opportunity_opened' GROUP BY id),
     managed AS (SELECT id, max(manager) AS manager FROM told WHERE type = 'opportunity_manager_appointed' GROUP BY id)
SELECT manager, count(*), sum(amount)::BIGINT FROM worth LEFT JOIN managed USING (id)
WHERE id NOT IN (SELECT id FROM told WHERE type IN ('business_awarded', 'business_lost')) GROUP BY manager
"""

OPEN = """
SELECT manager, count(*), sum(amount)::BIGINT FROM deals
WHERE engaged <= $day AND (closed IS NULL OR closed > $day) GROUP BY manager
"""

FLOW = """
SELECT count(*) FILTER (engaged >= $since AND engaged < $until),
       count(*) FILTER (closed >= $since AND closed < $until AND outcome = 'Won'),
       count(*) FILTER (closed >= $since AND closed < $until AND outcome = 'Lost'),
       coalesce(sum(earned) FILTER (closed >= $since AND closed < $until AND outcome = 'Won'), 0)::BIGINT,
       coalesce(sum(closed - engaged) FILTER (closed >= $since AND closed < $until), 0)::BIGINT
FROM deals
"""

REASONS = """
SELECT id, list(reason ORDER BY reason) FROM (
    SELECT id, unnest([
        CASE WHEN engaged + 60 < $day THEN 'close_overdue' END,
        CASE WHEN engaged + 30 < $day THEN 'stale_engagement' END,
        CASE WHEN engaged + 30 < $day THEN 'stale_coordination' END,
        CASE WHEN amount >= 10000000 THEN 'important' END,
        CASE WHEN engaged + 45 < $day THEN 'not_moving' END,
        CASE WHEN engaged + 60 BETWEEN $day AND $day::DATE + 30 THEN 'closing_soon' END,
        CASE WHEN engaged + 14 >= $day THEN 'new' END]) AS reason
    FROM deals WHERE engaged <= $day AND (closed IS NULL OR closed > $day))
WHERE reason IS NOT NULL GROUP BY id
"""
"""All but those of lapses, which depend on who waits for whom."""


@dataclass
class Imported:
    """An export in a ledger, and the same in DuckDB."""

    ledger: RightsLedger
    duck: duckdb.DuckDBPyConnection
    day: date

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """What DuckDB says."""
        found: list[Any] = self.duck.execute(sql, values).fetchall()
        return found

    def month_ends(self) -> list[date]:
        """The last day of every month from the first deal to the last close."""
        ((first, last),) = self.rows("SELECT min(engaged), max(closed) FROM deals")
        months = [first.replace(day=1)]
        while months[-1] <= last:
            months.append(plus_months(months[-1], 1))
        return [month - timedelta(days=1) for month in months[1:]]

    def by_manager(self, at: Moment) -> dict[str | None, tuple[int, int]]:
        """The funnel of the ledger: how many opportunities of each manager, and their value in cents."""
        groups = funnel(self.ledger.read, at, by="manager", limit=1_000).groups
        return {one.key: (one.shape.whole.count, one.shape.whole.values["USD"].amount) for one in groups}


CASES = [
    pytest.param(("small", "sqlite"), marks=pytest.mark.sqlite),
    pytest.param(("small", "postgresql"), marks=pytest.mark.postgresql),
    pytest.param(
        ("maven", "sqlite"),
        marks=[
            pytest.mark.slow,
            pytest.mark.timeout(900),
            pytest.mark.sqlite,
            pytest.mark.skipif(not HAS_MAVEN, reason=NO_MAVEN),
        ],
    ),
]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """The export in a ledger of its own."""
    which, kind = request.param
    folder = tmp_path_factory.mktemp("funnel")
    if which == "maven":
        maven: InLedger = request.getfixturevalue("maven")
        with open_ledger(Settings(database_url=maven.copied_to(folder))) as ledger:
            yield from _beside_duckdb(ledger, MAVEN, maven.rejects, date(2017, 7, 31))
    elif kind == "sqlite":
        (folder / "ledger.db").write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield from _small(folder, f"sqlite:///{folder / 'ledger.db'}")
    else:
        server, template = (request.getfixturevalue(f"postgresql_{name}") for name in ("server", "template"))
        with server.database(template=template) as url:
            yield from _small(folder, url)


def _small(folder: Path, url: str) -> Iterator[Imported]:
    with open_ledger(Settings(database_url=url)) as ledger:
        CrmImport(SMALL / "mapping.toml", SMALL).run(ledger.read, ledger.recorder, folder / "rejects.csv")
        yield from _beside_duckdb(ledger, SMALL, folder / "rejects.csv", date(2026, 4, 1))


def _beside_duckdb(ledger: RightsLedger, export: Path, rejects: Path, day: date) -> Iterator[Imported]:
    with duckdb.connect() as duck:
        duck.execute(DEALS.format(folder=export, rejects=rejects))
        duck.register("log", pa.Table.from_pylist(list(_log(ledger))))
        yield Imported(ledger, duck, day)


def _log(ledger: RightsLedger) -> Iterator[dict[str, Any]]:
    """What the log says of opportunities, a row for each event."""
    after = 0
    while found := ledger.read.page(after=after, limit=5_000):
        for one in found:
            event = json.loads(one.body)
            data = event["data"]
            if "opportunity_id" in data:
                yield {
                    "position": one.position,
                    "type": event["type"],
                    "day": date.fromisoformat(event["effective_on"]),
                    "id": data["opportunity_id"],
                    "amount": int(100 * Decimal(data["amount"])) if "amount" in data else None,
                    "manager": data.get("party_id"),
                }
        after = found[-1].position


def test_the_funnel_of_each_month_end(imported: Imported) -> None:
    """By manager, as the CSV has it; and as the log stood at any position, told from its events alone."""
    last = imported.ledger.read.head().position
    some = [last // 7, last // 2, last - 3]
    seen = 0
    for on in imported.month_ends():
        now = imported.by_manager(Moment(on, last))
        assert now == {manager: (count, amount) for manager, count, amount in imported.rows(OPEN, day=on)}
        for position in some:
            logged = imported.rows(LOGGED, day=on, position=position)
            known = imported.by_manager(Moment(on, position))
            assert known == {manager: (count, amount) for manager, count, amount in logged}
            seen += known != now
    assert seen > 3


def test_the_progress_of_each_month(imported: Imported) -> None:
    """What came, what was won and lost, what was earned, and how long it took."""
    last = imported.ledger.read.head().position
    for on in imported.month_ends():
        since, until = on.replace(day=1), on + timedelta(days=1)
        found = funnel_progress(imported.ledger.read, last, since, until)
        ((entered, won, lost, earned, days),) = imported.rows(FLOW, since=since, until=until)
        assert (found.entered.count, found.left["won"].count, found.left["lost"].count) == (entered, won, lost)
        assert found.left["won"].amounts["USD"] == earned
        (engaging,) = (stage for stage in found.stages if stage.stage == "Engaging")
        assert (average(engaging.stays) or 0) * (won + lost) == days
        assert (
            found.open_before == funnel(imported.ledger.read, Moment(since - timedelta(days=1), last)).shape.whole.count
        )


def test_what_deserves_attention_on_a_day(imported: Imported) -> None:
    """Each opportunity with its reasons; those that lapse soon do so within thirty days."""
    at = Moment(imported.day, imported.ledger.read.head().position)
    found = selected(imported.ledger.read, at, limit=10_000).items
    told = {one.sheet.opportunity_id: sorted({cause.why for cause in one.causes}) for one in found}
    lapsing = {name for name, whys in told.items() if "lapsing_soon" in whys}
    near = imported.rows("SELECT id FROM deals WHERE engaged + 150 BETWEEN $day AND $day::DATE + 30", day=at.on)
    assert lapsing <= {name for (name,) in near}
    without = {name: [why for why in whys if why != "lapsing_soon"] for name, whys in told.items()}
    expected = dict(imported.rows(REASONS, day=at.on))
    assert {name: whys for name, whys in without.items() if whys} == expected
    assert len(expected) > 15


def test_a_manager_has_their_part(imported: Imported) -> None:
    """The list and the progress of one are those of their deals."""
    last = imported.ledger.read.head().position
    since, until = imported.day - timedelta(days=90), imported.day
    for manager in list(imported.by_manager(Moment(imported.day, last)))[:3]:
        found = funnel_progress(imported.ledger.read, last, since, until, Narrowed(manager=manager))
        sql = FLOW + " WHERE manager = $manager"
        ((entered, won, lost, *_),) = imported.rows(sql, since=since, until=until, manager=manager)
        assert (found.entered.count, found.left["won"].count, found.left["lost"].count) == (entered, won, lost)
