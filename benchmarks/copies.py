"""Copies: what is kept of the accounts recorded, multiplied under other ids by plain SQL.

To record hundreds of thousands of opportunities one by one would measure the recorder again, which other benchmarks do.
"""

from __future__ import annotations

from collections.abc import Iterable

from api.wiring import RightsLedger

COPY = """
    INSERT INTO {table} ({columns})
    SELECT {copied} FROM {table}, {numbers} WHERE account_id LIKE 'account-%'
"""
NUMBERS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) SELECT i FROM n)",
    "postgresql": "generate_series(1, {copies}) AS n(i)",
}
RENAMED = ("account_id", "opportunity_id", "contract_id", "body")


def multiply(opened: RightsLedger, copies: int, tables: Iterable[str]) -> None:
    """Makes so many of what is kept in the tables, and lets the database see how much that is."""
    with opened.store.transaction() as connection:
        kind = connection.dialect.name
        for table in tables:
            columns = list(connection.exec_driver_sql(f"SELECT * FROM {table} WHERE 1 = 0").keys())  # noqa: S608
            copied = [f"replace({one}, 'account-', 'copy-' || i || '-')" if one in RENAMED else one for one in columns]
            numbers = NUMBERS[kind].format(copies=copies - 1)
            statement = COPY.format(table=table, columns=", ".join(columns), copied=", ".join(copied), numbers=numbers)
            connection.exec_driver_sql(statement.replace("%'", "%%'") if kind == "postgresql" else statement)
        connection.exec_driver_sql("ANALYZE")
