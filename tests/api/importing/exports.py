"""Small exports and mappings for tests: a folder of CSV files, and a mapping to change in one place."""

import csv
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
SMALL = EXAMPLES / "small-crm"

MAVEN = Path(os.environ.get("LEDGER_MAVEN_CRM", ROOT.parent / "shared" / "data" / "maven-crm"))
"""The shared export of a real shape and size, where there is one."""

MAVEN_MAPPING = EXAMPLES / "maven-crm.toml"
HAS_MAVEN = (MAVEN / "sales_pipeline.csv").exists()
NO_MAVEN = f"no maven-crm export in {MAVEN.name}"

DEALS = """\
format = 1
name = "deals"

[settings]
currency = "USD"

[variants.products]
"LumenPro" = "Lumen Pro"

[lookups.products]
file = "products.csv"
key = "product"

[[files]]
file = "deals.csv"
key = "id"
order_by = "on"

[files.values]
account_id = { from = "account", as = "identifier" }
deal = { from = "id", as = "code" }
product = { from = "product", variants = "products", in = "products" }
price = { from = "product", lookup = "products", take = "price", as = "amount" }
on = { from = "date", as = "date" }
due = { from = "date", as = "date", plus_days = "expected_award_after_days" }

[files.defaults]
account_id = "{account_id}"
effective_on = "{on}"

[[files.events]]
type = "account_opened"
key = "account"
effective_on = 2026-01-01
data = { name = "{account}" }

[[files.events]]
type = "opportunity_opened"
data = { opportunity_id = "{deal}", name = "{product} for {account} ({deal})" }

[[files.events]]
type = "business_awarded"
when = { from = "stage", is = "Won" }

[files.events.data]
opportunity_id = "{deal}"
contract_id = "contract-{deal}"
currency = "{@currency}"
lines = [{ line = "lumen", amount = "{price}" }]
"""
"""A mapping for `deals.csv` and `products.csv`: an account for each name, an opportunity for each row, its award."""

HEADER = ("id", "account", "product", "stage", "date")
PRODUCTS = [("product", "price"), ("Lumen One", "450"), ("Lumen Pro", "4200.50")]


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    """A CSV file of these rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def write_deals(
    folder: Path, *rows: Sequence[str], mapping: str = DEALS, products: Sequence[Sequence[str]] = PRODUCTS
) -> tuple[Path, Path]:
    """The mapping and the folder of an export with these deals."""
    write_csv(folder / "deals.csv", [HEADER, *rows])
    write_csv(folder / "products.csv", products)
    file = folder / "deals.toml"
    file.write_text(mapping, encoding="utf-8")
    return file, folder


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names in its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mapping_of(path: Path) -> Mapping[str, Any]:
    """A mapping as TOML says it."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
