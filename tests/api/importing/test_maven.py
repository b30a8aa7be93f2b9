"""The shared export of a real shape and size, imported whole and counted by other means. Skipped where it is absent."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.importing.crm import CrmImport
from api.importing.summary import Summary
from api.settings import Settings
from api.wiring import RightsLedger, open_ledger
from projections.asking import Moment
from projections.calling import calling_right
from tests.api.importing.conftest import Imported
from tests.api.importing.exports import HAS_MAVEN, MAVEN, MAVEN_MAPPING, NO_MAVEN, read_csv

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.sqlite,
    pytest.mark.skipif(not HAS_MAVEN, reason=NO_MAVEN),
]


@dataclass
class Done:
    """The import, and the ledger it went into."""

    summary: Summary
    again: Summary
    rejects: Path
    ledger: RightsLedger


@pytest.fixture(scope="module")
def done(maven: Imported, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The export imported, and imported again."""
    folder = tmp_path_factory.mktemp("maven")
    with open_ledger(Settings(database_url=maven.copied_to(folder))) as ledger:
        again = CrmImport(MAVEN_MAPPING, MAVEN).run(ledger.read, ledger.recorder, folder / "again.csv")
        yield Done(maven.summary, again, maven.rejects, ledger)


@pytest.fixture(scope="module")
def deals() -> list[dict[str, str]]:
    """The pipeline, read by the library alone."""
    with (MAVEN / "sales_pipeline.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def taken(deals: list[dict[str, str]]) -> list[dict[str, str]]:
    """The deals that can be taken: with an account and an engage date."""
    return [deal for deal in deals if deal["account"] and deal["engage_date"]]


def test_every_row_is_recorded_or_rejected(done: Done, deals: list[dict[str, str]]) -> None:
    """8,800 rows: 7,212 recorded, 1,588 not."""
    accounts, teams, pipeline = done.summary.files
    assert (accounts.rows, accounts.recorded, teams.rows, teams.recorded) == (35, 35, 85, 85)
    assert (pipeline.rows, pipeline.recorded) == (8_800, len(taken(deals))) == (8_800, 7_212)
    assert pipeline.rejected == 8_800 - 7_212


def test_events_by_type(done: Done, deals: list[dict[str, str]]) -> None:
    """Six events for each deal, one more for each that was won or lost, one for each account and person."""
    good = taken(deals)
    stages = Counter(deal["deal_stage"] for deal in good)
    people = {row[column] for row in read_csv(MAVEN / "sales_teams.csv") for column in ("sales_agent", "manager")}
    each = (
        "opportunity_opened", "opportunity_manager_appointed", "engagement_recorded", "opportunity_plan_adopted",
        "coordination_recorded", "forecast_recorded",
    )  # fmt: skip
    assert dict(done.summary.events) == {
        **dict.fromkeys(each, len(good)),
        "business_awarded": stages["Won"],
        "business_lost": stages["Lost"],
        "party_registered": len(people),
        "account_opened": 85,
    }
    assert done.summary.position == done.ledger.read.head().position == done.summary.recorded


def test_accounts_have_their_parents(done: Done) -> None:
    """Fifteen stand below another."""
    accounts = [json.loads(one.body) for one in done.ledger.read.page(type="account_opened", limit=100)]
    below = {one["data"]["name"] for one in accounts if "parent_account_id" in one["data"]}
    assert below == {row["account"] for row in read_csv(MAVEN / "accounts.csv") if row["subsidiary_of"]}
    assert len(below) == 15


def test_spellings_are_counted(done: Done, deals: list[dict[str, str]]) -> None:
    """GTXPro is GTX Pro, in 1,480 rows."""
    assert dict(done.summary.variants) == {("GTXPro", "GTX Pro"): sum(deal["product"] == "GTXPro" for deal in deals)}


def test_rejects(done: Done, deals: list[dict[str, str]]) -> None:
    """1,425 have no account, 500 no engage date; each stands with its line, its reasons and itself."""
    assert dict(done.summary.reasons) == {"no account": 1_425, "no engage_date": 500}
    expected = {}
    for line, deal in enumerate(deals, start=2):
        missing = {name for name in ("account", "engage_date") if not deal[name]}
        if missing:
            expected[str(line)] = (missing, deal)
    found = read_csv(done.rejects)
    assert [row["line"] for row in found] == list(expected)
    for row in found:
        missing, deal = expected[row["line"]]
        assert {reason.removeprefix("no ") for reason in row["reason"].split("; ")} == missing
        assert {name: row[name] for name in deal} == deal


def test_again_records_nothing(done: Done) -> None:
    """And rejects the same rows."""
    assert (done.again.recorded, done.again.position) == (0, done.summary.position)
    assert done.again.events_before == done.summary.recorded
    assert done.again.reasons == done.summary.reasons


def test_forecasts_expect_the_award_sixty_days_after(done: Done, deals: list[dict[str, str]]) -> None:
    """At the list price of the product, however it is spelled."""
    prices = {row["product"]: row["sales_price"] for row in read_csv(MAVEN / "products.csv")} | {"GTXPro": "4821"}
    by_id = {deal["opportunity_id"]: deal for deal in deals}
    forecasts = [json.loads(one.body) for one in done.ledger.read.page(type="forecast_recorded", limit=1_000)]
    assert len(forecasts) == 1_000
    for one in forecasts:
        deal = by_id[one["data"]["opportunity_id"]]
        engaged = date.fromisoformat(deal["engage_date"])
        assert one["effective_on"] == deal["engage_date"]
        assert one["data"]["expected_award_on"] == str(engaged + timedelta(days=60))
        assert [line["amount"] for line in one["data"]["lines"]] == [prices[deal["product"]]]


def test_who_may_call(done: Done) -> None:
    """A deal engaged on 20 October 2016 reserves its line for its agent until it is decided."""
    at = Moment(date(2016, 12, 1), done.summary.position)
    read = done.ledger.read
    mine = calling_right(read, "cancity", "moses-frase", at, "gtx-plus-basic").verdict
    others = calling_right(read, "cancity", "anna-snelling", at, "gtx-plus-basic").verdict
    assert (mine.verdict, mine.rule, others.verdict) == ("allowed", "CALL-OM", "denied")
