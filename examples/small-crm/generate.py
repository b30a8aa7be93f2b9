"""Writes the small export beside it: invented names, in the shape and with the mistakes of a real CRM's CSV files.

    python examples/small-crm/generate.py

The same rows come out every time; a test holds the files against it. The rows about Brightwater are told by hand,
because the tour in README.md asks about them; the others are drawn.
"""

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
Row = Sequence[str]

ACCOUNTS: list[Row] = [
    ("account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"),
    ("Alder & Finch", "retail", "1987", "812.40", "2100", "Ireland", ""),
    ("Brightwater", "utilities", "1995", "1430.75", "3890", "United States", ""),
    ("Cobalt Works", "manufacturing", "2004", "233.10", "640", "Canada", "Ironbridge"),
    ("Dunmore Foods", "food", "1979", "2210.00", "5120", "United States", ""),
    ("Eastgate Clinics", "medical", "2011", "97.35", "310", "Germany", ""),
    ("Fernhill", "logistics", "1999", "655.80", "1475", "United States", "Kestrel Air"),
    ("Granary Street", "food", "2015", "41.20", "95", "United States", "Dunmore Foods"),
    ("Harbour Lights", "entertainment", "2008", "120.05", "280", "Norway", ""),
    ("Ironbridge", "manufacturing", "1964", "4980.60", "11800", "United States", ""),
    ("Kestrel Air", "transport", "1991", "3025.25", "7700", "United States", ""),
]
PRODUCTS: list[Row] = [
    ("product", "series", "sales_price"),
    ("Lumen One", "Lumen", "450"),
    ("Lumen Pro", "Lumen", "4200"),
    ("Tessera", "Tessera", "2350"),
    ("Tessera Max", "Tessera", "5175"),
    ("Orrery 900", "Orrery", "26500"),
]
TEAMS: list[Row] = [
    ("sales_agent", "manager", "regional_office"),
    ("Ada Brook", "Ingrid Vale", "North"),
    ("Ben Okafor", "Ingrid Vale", "North"),
    ("Clara Neumann", "Ingrid Vale", "North"),
    ("Dev Patel", "Tomas Reyes", "South"),
    ("Elsa Lind", "Tomas Reyes", "South"),
    ("Femi Adeyemi", "Tomas Reyes", "South"),
]
HEADER: Row = (
    "opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value"
)  # fmt: skip
TOLD: list[Row] = [
    ("BW-1", "Ada Brook", "Lumen Pro", "Brightwater", "Engaging", "2026-01-12", "", ""),
    ("BW-2", "Ben Okafor", "LumenPro", "Brightwater", "Engaging", "2026-02-20", "", ""),
    ("BW-3", "Clara Neumann", "Tessera", "Brightwater", "Won", "2026-01-20", "2026-03-02", "2290"),
    ("BW-4", "Ada Brook", "Orrery 900", "Brightwater", "Lost", "2026-02-02", "2026-03-10", "0"),
]
MISTAKES: list[Row] = [
    ("SC-901", "Dev Patel", "Tessera", "", "Engaging", "2026-03-03", "", ""),
    ("SC-902", "Elsa Lind", "Lumen One", "", "Prospecting", "", "", ""),
    ("SC-903", "Femi Adeyemi", "Orrery 900", "Ironbridge", "Prospecting", "", "", ""),
    ("SC-904", "Ada Brook", "Tessera Max", "Iron Bridge", "Engaging", "2026-04-14", "", ""),
    ("SC-905", "Ben Okafor", "Lumen One", "Fernhill", "Engaging", "2026-02-30", "", ""),
    ("SC-906", "Clara Neumann", "Tessera", "Kestrel Air", "Won", "2026-01-08", "2026-02-19", "-120"),
    ("SC-907", "Dev Patel", "Tessera", "Dunmore Foods", "Engaged", "2026-05-05", "", ""),
    ("SC-908", "Elsa Lind", "Lumen Pro", "Dunmore Foods", "Engaging", "2026-05-11", ""),
    ("BW-1", "Elsa Lind", "Lumen Pro", "Brightwater", "Engaging", "2026-01-12", "", ""),
]
"""No account; no date; an account and a date that are not there; an amount below nothing; a stage nobody knows; a cell
too few; an opportunity that somebody else has already."""


def drawn(count: int, chance: random.Random) -> list[Row]:
    """Deals as they come: some open, some won near the list price, some lost; one product often misspelled."""
    rows = []
    for number in range(1, count + 1):
        product, _, price = chance.choice(PRODUCTS[1:])
        account = chance.choice([row for row in ACCOUNTS[1:] if row[0] != "Brightwater"])[0]
        engaged = date(2026, 1, 5) + timedelta(days=chance.randrange(170))
        stage = chance.choice(("Engaging", "Won", "Won", "Lost"))
        closed = engaged + timedelta(days=chance.randrange(20, 130))
        value = str(round(int(price) * chance.uniform(0.85, 1.05)))
        spelled = "LumenPro" if product == "Lumen Pro" and chance.random() < 0.5 else product
        end = {"Engaging": ("", ""), "Won": (closed.isoformat(), value), "Lost": (closed.isoformat(), "0")}[stage]
        agent = chance.choice(TEAMS[1:])[0]
        rows.append((f"SC-{number:03}", agent, spelled, account, stage, engaged.isoformat(), *end))
    return rows


def files() -> dict[str, list[Row]]:
    """Every file of the export by its name, header first."""
    chance = random.Random(2026)  # noqa: S311 - no secret: the same rows every time
    deals = [*drawn(47, chance), *TOLD, *MISTAKES[:-1]]
    chance.shuffle(deals)
    return {
        "accounts.csv": ACCOUNTS,
        "products.csv": PRODUCTS,
        "sales_teams.csv": TEAMS,
        "sales_pipeline.csv": [HEADER, *deals, MISTAKES[-1]],
    }


def main(folder: Path = HERE) -> None:
    """Writes the files into a folder."""
    for name, rows in files().items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
