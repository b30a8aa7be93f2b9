"""The sheet on the command line: reviews, actions, assessment, key players, closing plan, criteria, ranking."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.api.cli.conftest import Ledger, Said, recorded
from tests.api.http.story import account, beginning, claim, event, party

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "review-an-opportunity.md"
ON = ("--on", "2026-02-20")


def told(ledger: Ledger, *events: dict[str, Any]) -> None:
    """Jane's claim in opp-1, and these facts of its sheet."""
    recorded(ledger, *beginning(), party("mary"), *claim(), *events)


def sheet(type_: str, on: str = "2026-02-02", **data: Any) -> dict[str, Any]:
    """A fact of the sheet of opp-1."""
    return event(type_, on=on, opportunity_id="opp-1", **data)


def squeezed(said: Said) -> list[str]:
    """The lines, their blanks squeezed."""
    return [" ".join(line.split()) for line in said.out.splitlines()]


def test_an_action_from_its_agreement_to_its_end(ledger: Ledger) -> None:
    """Each step says how much is left; the list shows how each stands."""
    told(ledger)
    agree = ("action", "agree", "opp-1", "a-1", "--what", "Call.", "--who", "jane", "--due", "2026-02-12")
    said = ledger(*agree, "--effective-on", "2026-02-02")
    assert (said.code, said.err) == (0, "")
    assert "To be done on opp-1: 1." in said.out
    other = ("action", "agree", "opp-1", "a-2", "--what", "Write.", "--who", "mary", "--due", "2026-02-25")
    assert "To be done on opp-1: 2." in ledger(*other, "--effective-on", "2026-02-02").out
    assert squeezed(ledger("actions", *ON))[1:] == [
        "2026-02-12 overdue opp-1 a-1 jane Call.",
        "2026-02-25 open opp-1 a-2 mary Write.",
    ]
    done = ledger("action", "done", "opp-1", "a-1", "--outcome", "They like it.", "--effective-on", "2026-02-19")
    assert "To be done on opp-1: 1." in done.out
    dropped = ledger("action", "drop", "opp-1", "a-2", "--reason", "No need.", "--effective-on", "2026-02-20")
    assert "To be done on opp-1: 0." in dropped.out
    assert squeezed(ledger("actions", "--state", "done", *ON))[1:] == [
        "2026-02-12 done opp-1 a-1 jane Call. 2026-02-19 They like it."
    ]
    assert [one["action_id"] for one in ledger("actions", "--party", "mary", "--json", *ON).json["items"]] == ["a-2"]
    assert "no such action" in ledger("actions", "--state", "unfinished", *ON).out
    again = ledger("action", "done", "opp-1", "a-1", "--effective-on", "2026-02-20")
    assert (again.code, "REVIEW" in again.err, "done on 2026-02-19" in again.err) == (1, True, True)
    unknown = ledger("action", "done", "opp-9", "a-1")
    assert (unknown.code, "no opportunity 'opp-9'" in unknown.err) == (2, True)


def test_the_review(ledger: Ledger) -> None:
    """What was answered and what was not, what is to be done, and what is stale."""
    agreed = {"action_id": "a-1", "what": "Call.", "who": "jane", "due_on": "2026-02-12"}
    first = {"review_id": "r-1", "reviewed_by": "mary", "answers": {"stage": "Qualified."}, "actions": [agreed]}
    told(ledger, sheet("opportunity_reviewed", **first, next_review_on="2026-02-16"))
    lines = squeezed(ledger("review", "opp-1", *ON))
    assert "Review r-1 of 2026-02-02, by mary" in lines
    assert lines[lines.index("At which stage is the sale, and since when?") + 1] == "Qualified."
    assert lines.count("no answer") == 5
    assert "2026-02-12 overdue opp-1 a-1 jane Call." in lines
    assert "Next review on 2026-02-16 (overdue)." in lines
    assert "Latest engagement on 2026-01-05, stale since 2026-02-05." in lines
    assert ledger("review", "opp-1", "--json", *ON).json["latest"]["review_id"] == "r-1"
    assert "It has not been reviewed." in ledger("review", "opp-1", "--on", "2026-02-01").out


def test_the_assessment(ledger: Ledger) -> None:
    """Answers, gaps, milestones, and the customer's score."""
    told(
        ledger,
        sheet("opportunity_assessed", answers={"solution": {"demands": "Speed."}}),
        sheet("milestone_assessed", stage="Engaging", milestone="shared_plan", met=True, evidence="Minutes."),
        event("customer_scored", on="2026-02-02", scores={"access": 2}, scored_by="jane"),
    )
    lines = squeezed(ledger("assessment", "opp-1", *ON))
    assert "demands Speed. 2026-02-02" in lines
    assert "differentiation gap" in lines
    assert "Milestones at stage Engaging" in lines
    assert any(line.endswith("met Minutes. 2026-02-02") for line in lines)
    assert "The customer scores 2 of 14." in lines
    assert len(ledger("assessment", "opp-1", "--json").json["categories"]) == 6


def test_the_key_players(ledger: Ledger) -> None:
    """Who is on the map, who is against us, and what is unknown."""
    told(ledger)
    assert "Nobody is on the map." in ledger("key-players", "opp-1").out
    recorded(ledger, sheet("key_player_mapped", player_id="otto", name="Otto", influence=4, relationship=-1))
    lines = squeezed(ledger("key-players", "opp-1"))
    assert "Otto 4 -1 decision_role, motive, receptivity" in lines
    assert "Against us: Otto, outweighed by nobody." in lines
    assert "Nobody on the map is for us." in lines
    assert ledger("key-players", "opp-1", "--json").json["gaps"] == ["no_decision_role", "no_supporter"]


def test_the_closing_plan(ledger: Ledger) -> None:
    """What the opportunity goes by, a later draft, and the versions."""
    told(ledger)
    assert "There is no closing plan." in ledger("closing-plan", "opp-1").out
    parts = {"risks": [{"what": "Rain.", "action": "A tent."}]}
    recorded(
        ledger,
        sheet("closing_plan_drafted", closing_plan_id="p-1", parts=parts),
        sheet("opportunity_plan_adopted", "2026-02-03", closing_plan_id="p-1"),
        sheet("closing_plan_drafted", "2026-02-04", closing_plan_id="p-1", parts={}),
    )
    lines = squeezed(ledger("closing-plan", "opp-1", *ON))
    assert "p-1, version 1, adopted on 2026-02-03" in lines
    assert "risks Rain. A tent." in lines
    assert "Says nothing on: decision_process, knowledge, relationships, internal_actions." in lines
    assert "p-1, version 2, not adopted" in lines
    assert lines[-4:-2] == ["p-1 2 draft 2026-02-04", "p-1 1 adopted 2026-02-02 2026-02-03"]
    assert ledger("closing-plan", "opp-1", "--json").json["current"]["version"] == 1


def test_the_criteria_and_the_ranking(ledger: Ledger) -> None:
    """The set, an account's scores, and the accounts in their order."""
    recorded(ledger, *beginning(), account("bolt"))
    assert "No account has a score" in ledger("ranking").out
    assert len(squeezed(ledger("selection-criteria"))) == 8
    recorded(
        ledger,
        event("customer_scored", on="2026-02-02", scores={"access": 1}, scored_by="jane"),
        event("customer_scored", "bolt", "2026-02-02", scores={"access": 2, "reference_value": 0}, scored_by="jane"),
    )
    lines = squeezed(ledger("selection-criteria", "bolt"))
    assert (lines[-1], lines[5].split()[:2]) == ("bolt: 2 of 14.", ["reference_value", "0"])
    rows = [line.split()[:5] for line in squeezed(ledger("ranking"))[1:]]
    assert rows == [["1", "bolt", "2", "of", "14"], ["2", "acme", "1", "of", "14"]]
    page = ledger("ranking", "--limit", "1", "--json").json
    assert [one["account_id"] for one in page["items"]] == ["bolt"]
    following = ledger("ranking", "--limit", "1", "--after", page["next"], "--json").json
    assert ([one["account_id"] for one in following["items"]], following["next"]) == (["acme"], None)
    assert ledger("selection-criteria", "--json").json["out_of"] == 14


@pytest.mark.parametrize("command", ["review", "assessment", "key-players", "closing-plan"])
def test_an_opportunity_that_is_not_there(command: str, sqlite_ledger: Ledger) -> None:
    """Exit code 2, in a sentence."""
    recorded(sqlite_ledger, *beginning())
    said = sqlite_ledger(command, "opp-9")
    assert (said.code, said.out) == (2, "")
    assert "no opportunity 'opp-9'" in said.err


def test_the_how_to_can_be_followed(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Every command of the page works, in its order, and prints what the page shows of it."""
    told(sqlite_ledger)
    page = PAGE.read_text(encoding="utf-8")
    for name, content in re.findall(r"```json\n// (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(content)
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    commands = [one for block in blocks for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    assert len(commands) >= 12
    for typed in commands:
        command, _, shown = typed.replace("\\\n", "").partition("\n")
        _, *arguments = shlex.split(command)
        said = sqlite_ledger(*arguments)
        assert said.code == 0, f"{command}\n{said.err}"
        printed = squeezed(said)
        for line in filter(None, (" ".join(each.split()) for each in shown.splitlines())):
            assert line in printed, f"{command}\nprints\n{said.out}\nand not\n{line}"
