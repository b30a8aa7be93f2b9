"""`ledger leads`: a list captured, leads listed, shown and counted, one converted; and the how-to that teaches it."""

import re
import shlex
from pathlib import Path

import pytest

from tests.api.cli.conftest import Ledger, Said, recorded
from tests.api.http.story import beginning, event

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "work-leads.md"
LIST = """lead_id,name,organisation,lines,amount,currency
lead-7,Ada Verne,Verne & Co,gtx-pro rack,480.00,USD
lead-8,Bo Adler,,,,
"""
CONVERT = ("leads", "convert", "lead-7", "--opportunity", "opp-1", "--name", "Verne: workstations",
           "--effective-on", "2026-02-01")  # fmt: skip


def step(kind: str, on: str, lead_id: str = "lead-7", **data: object) -> dict[str, object]:
    """A fact on a lead."""
    return event(f"lead_{kind}", None, on, lead_id=lead_id, **data)


def captured(ledger: Ledger, *options: str) -> Said:
    """The list, captured on 10 January."""
    Path("visitors.csv").write_text(LIST, encoding="utf-8")
    return ledger("leads", "capture", "visitors.csv", "--source", "Trade fair", "--by", "jane",
                  "--effective-on", "2026-01-10", *options)  # fmt: skip


def qualified(ledger: Ledger) -> None:
    """Lead-7 is captured, answers, and is worked and qualified."""
    recorded(ledger, *beginning())
    assert captured(ledger).code == 0
    recorded(
        ledger,
        step("responded", "2026-01-12", response="Asks for prices.", campaign="Spring"),
        step("assigned", "2026-01-13", party_id="north"),
        step("worked", "2026-01-14", party_id="north", activity="Called."),
        step("qualified", "2026-01-20", criteria=["has a budget"], qualified_by="north"),
    )


def squeezed(said: Said) -> list[str]:
    """The lines of a table, their blanks squeezed."""
    return [" ".join(line.split()) for line in said.out.splitlines()]


def test_a_list_is_captured_once(ledger: Ledger) -> None:
    """Tried, recorded, and sent again: nothing is recorded twice."""
    recorded(ledger, *beginning())
    tried = captured(ledger, "--dry-run")
    assert (tried.code, tried.out.splitlines()[0]) == (0, "Nothing was recorded. 2 events would be:")
    assert ledger("leads", "list", "--on", "2026-02-01").out == "There is no such lead on 2026-02-01.\n"
    said = captured(ledger)
    assert said.out.splitlines()[0] == "Recorded 2 events. The ledger stands at position 5."
    assert captured(ledger).out.splitlines()[0] == "Recorded before; nothing new. The ledger stands at position 5."
    told = ledger("leads", "show", "lead-7", "--json").json
    assert told["carried_over"]["lines"] == ["gtx-pro", "rack"]
    assert (told["source"], told["responsible"], told["carried_over"]["amount"]) == ("Trade fair", "jane", "480.00")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lead_id,colour\nlead-7,red\n", "has the column 'colour'"),
        ("lead_id,name\n,Ada\n", "line 2: there is no lead_id"),
        ("lead_id,name\nlead-7,Ada,more\n", "line 2: there are more cells than columns"),
        ("lead_id,name\n", "holds 0 leads"),
        ('lead_id,name\nlead-7,"Ada\n', "can't be read as a CSV file"),
        ("lead_id,amount\nlead-7,lots\n", "/events/0/data/amount"),
    ],
)
def test_a_list_that_is_refused(text: str, says: str, sqlite_ledger: Ledger) -> None:
    """In plain words, with exit code 2; nothing is recorded."""
    recorded(sqlite_ledger, *beginning())
    Path("list.csv").write_text(text, encoding="utf-8")
    said = sqlite_ledger("leads", "capture", "list.csv")
    assert said.code == 2
    assert says in said.err
    assert sqlite_ledger("leads", "capture", "nowhere.csv").code == 2
    assert sqlite_ledger("leads", "list", "--json").json["items"] == []


def test_leads_are_listed_shown_and_counted(ledger: Ledger) -> None:
    """As tables for people, and as JSON as the HTTP API gives it."""
    qualified(ledger)
    assert squeezed(ledger("leads", "list", "--on", "2026-02-01"))[1:] == [
        "lead-7 qualified 2026-01-20 north Ada Verne Verne & Co Trade fair Spring",
        "lead-8 captured 2026-01-10 jane Bo Adler Trade fair",
    ]
    assert [one["lead_id"] for one in ledger("leads", "list", "--responsible", "jane", "--json").json["items"]] == [
        "lead-8"
    ]
    page = ledger("leads", "list", "--limit", "1", "--json").json
    following = ledger("leads", "list", "--limit", "1", "--after", page["next"], "--json").json
    assert [one["lead_id"] for one in following["items"]] == ["lead-8"]
    shown = squeezed(ledger("leads", "show", "lead-7", "--on", "2026-02-01"))
    for line in (
        "lead-7: qualified since 2026-01-20",
        "captured jane 2026-01-10 2026-01-12",
        "qualified north 2026-01-20",
        "2026-01-20 qualified north has a budget",
        "amount 480.00 USD",
        "2026-01-12 Spring Asks for prices.",
        "2026-01-14 north Called.",
    ):
        assert line in shown
    assert squeezed(ledger("leads", "figures", "--on", "2026-02-01"))[1] == "all 2 1 1 0 0 50.00 0.00"
    assert ledger("leads", "figures", "--from", "2026-01-11", "--json").json["all"]["captured"] == 0
    assert ledger("leads", "figures", "--from", "2026-01-11", "--until", "2026-01-11").code == 2
    assert "knows no lead 'lead-9'" in ledger("leads", "show", "lead-9").err


def test_a_lead_is_converted_on_an_account_there_already(ledger: Ledger) -> None:
    """First tried, then recorded as one batch; what is known goes over to the sheet."""
    qualified(ledger)
    tried = ledger(*CONVERT, "--account", "acme", "--dry-run")
    assert (tried.code, tried.out.splitlines()[0]) == (0, "Nothing was recorded. 2 events would be:")
    said = ledger(*CONVERT, "--account", "acme", "--json")
    assert (said.code, said.err) == (0, "")
    opening, conversion = said.json["events"]
    assert opening["data"] == {
        "opportunity_id": "opp-1", "name": "Verne: workstations", "lead_id": "lead-7", "amount": "480.00",
        "currency": "USD",
    }  # fmt: skip
    assert (conversion["type"], conversion["account_id"]) == ("lead_converted", "acme")
    assert "Converted into opp-1 on acme." in ledger("leads", "show", "lead-7", "--on", "2026-02-01").out
    sheet = squeezed(ledger("opportunity", "show", "opp-1", "--on", "2026-02-01"))
    assert {"from lead-7 known", "organisation Verne & Co", "amount 480.00 USD"} <= {*sheet}
    again = ledger(*CONVERT, "--account", "acme")
    assert again.code == 1
    assert "opp-1" in again.err


def test_a_lead_is_converted_on_a_new_account(ledger: Ledger) -> None:
    """The account is opened in the same batch, or nothing is recorded at all."""
    qualified(ledger)
    new = ("--account", "verne", "--new-account", "Verne & Co")
    refused = ledger("leads", "convert", "lead-8", "--opportunity", "opp-2", "--name", "Adler", *new)
    assert refused.code == 1
    assert "not qualified" in refused.err
    said = ledger(*CONVERT, *new)
    assert (said.code, said.out.splitlines()[0]) == (0, "Recorded 3 events. The ledger stands at position 12.")
    keyed = ledger(*CONVERT, *new, "--dry-run", "--idempotency-key", "x")
    assert keyed.code == 2


def test_the_how_to_can_be_followed(ledger: Ledger, tmp_path: Path) -> None:
    """Every command of the page is run, in its order, and says what stands below it."""
    recorded(ledger, *beginning())
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("$ ledger ") >= 8
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        if language in ("csv", "json"):
            name, _, text = block.partition("\n")
            (tmp_path / name.removeprefix("# ").removeprefix("// ")).write_text(text, encoding="utf-8")
            continue
        said = Said(0, "", "")
        for line in block.replace("\\\n", "").splitlines():
            if line.startswith("$ ledger "):
                said = ledger(*shlex.split(line.removeprefix("$ ledger ")))
                assert (said.code, said.err) == (0, ""), line
            else:
                assert " ".join(line.split()) in squeezed(said), line
