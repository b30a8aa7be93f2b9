"""`ledger disputes` and `ledger dispute`: opened, argued, read, tried, ruled on; and what is refused in plain words."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.api.cli.conftest import Ledger, Said, recorded
from tests.api.http.story import beginning, claim, event, party

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "resolve-a-dispute.md"
RULING = ("dispute", "rule", "dispute-2", "--rule", "REASSIGN", "--reason", "North came first.")


def opened(ledger: Ledger) -> Said:
    """A dispute of north about jane's line, opened on the command line."""
    recorded(ledger, *beginning(), party("omar"), *claim())
    return ledger(
        "dispute", "open", "dispute-2", "--account", "acme", "--by", "north", "--opportunity", "opp-1",
        "--line", "gtx-pro", "--claim", "We were first.", "--effective-on", "2026-02-10",
    )  # fmt: skip


def squeezed(said: Said) -> list[str]:
    """The lines of a table, their blanks squeezed."""
    return [" ".join(line.split()) for line in said.out.splitlines()]


def test_a_dispute_from_its_opening_to_its_ruling(ledger: Ledger) -> None:
    """Each step says how the dispute stands then; the list and the dossier show it."""
    said = opened(ledger)
    assert (said.code, said.err) == (0, "")
    assert "dispute-2 is open, answer due on 2026-02-24" in said.out
    said = ledger("dispute", "evidence", "dispute-2", "--by", "north", "--document", "minutes.pdf", "--says", "See.",
                  "--effective-on", "2026-02-11")  # fmt: skip
    assert said.code == 0, said.err
    said = ledger("dispute", "answer", "dispute-2", "--by", "jane", "--says", "I forecast it.",
                  "--effective-on", "2026-02-12")  # fmt: skip
    assert "dispute-2 is answered, ruling due on 2026-03-12" in said.out
    assert squeezed(ledger("disputes", "--on", "2026-03-13"))[1] == (
        "dispute-2 answered acme opp-1, gtx-pro north jane 2026-02-10 2026-02-24 2026-03-12 (overdue)"
    )
    ruled = ledger(*RULING, "--outcome", "transferred", "--as-proposed", "--effective-on", "2026-03-01")
    assert ruled.code == 0, ruled.err
    assert "Recorded 2 events" in ruled.out
    shown = ledger("dispute", "show", "dispute-2")
    assert (shown.code, shown.out.splitlines()[0]) == (0, "dispute-2: ruled")
    assert "Ruled on 2026-03-01: transferred, by REASSIGN" in shown.out
    assert any(
        line.startswith("+ acme opportunity_manager north gtx-pro active 2026-03-01") for line in squeezed(shown)
    )
    assert ledger("rights", "--party", "north", "--on", "2026-03-01", "--json").json["items"][0]["holder"] == "north"


def test_the_dossier_to_read(ledger: Ledger) -> None:
    """Part by part: claims, rights on both clocks, what decides, who knew what, what each ruling would change."""
    opened(ledger)
    said = ledger("dispute", "show", "dispute-2", "--on", "2026-03-01")
    assert said.code == 0, said.err
    lines = squeezed(said)
    assert lines[:3] == [
        "dispute-2: open",
        "on acme, about opp-1, gtx-pro; opened by north on 2026-02-10, against jane",
        "answer due on 2026-02-24 (overdue), ruling on 2026-03-12",
    ]
    assert "north opener gtx-pro: denied (CALL-RESERVED), opens 2026-06-30 We were first." in lines
    assert "jane holder gtx-pro active gtx-pro: allowed (CALL-OM) nothing yet" in lines
    held = [line for line in lines if "jane opportunity_manager gtx-pro active" in line]
    assert [re.findall(r"\((.+?)\)", line) for line in held] == [["then"], ["now"], ["on the day"]]
    for title in (
        "Who claims what",
        "Rights on it, on both clocks",
        "What decides",
        "Who knew what when",
        "What each ruling would change",
    ):
        assert title in lines
    transferred = "jane for gtx-pro: denied (CALL-RESERVED), opens 2026-06-30 instead of allowed (CALL-OM)"
    assert f"transferred opp-1 goes from jane to north. {transferred}" in lines
    assert "upheld What is held stays as it is; the dispute is closed. nothing" in lines


def test_the_json_is_that_of_the_http_api(ledger: Ledger) -> None:
    """The list as a page, the dossier as an object, the rights with their mark."""
    opened(ledger)
    page = ledger("disputes", "--json", "--account", "acme", "--party", "jane", "--state", "open").json
    assert ([one["dispute_id"] for one in page["items"]], page["next"]) == (["dispute-2"], None)
    told = ledger("dispute", "show", "dispute-2", "--json", "--on", "2026-03-01", "--known-at", page["position"]).json
    assert (told["position"], len(told["possible_rulings"]), told["against"]) == (page["position"], 5, ["jane"])
    for command in (("rights", "acme"), ("timeline", "acme")):
        items = ledger(*command, "--json", "--on", "2026-02-20").json["items"]
        assert [one["contested"] for one in items if one["status"] == "active"] == [True]
    assert squeezed(ledger("rights", "acme", "--on", "2026-02-20"))[1].endswith("opp-1 contested")
    assert "Contested: dispute-2, about opp-1, gtx-pro." in ledger("account", "acme", "--on", "2026-02-20").out
    assert ledger("disputes", "--state", "ruled").out.startswith("There is no such dispute on ")


def test_a_ruling_is_tried_first(ledger: Ledger, tmp_path: Path) -> None:
    """With --dry-run nothing is recorded; a file carries it out; under a key the same again is recorded once."""
    opened(ledger)
    file = tmp_path / "events.json"
    said = {"opportunity_id": "opp-1", "to_party_id": "omar", "coverage_goal": "Ruling", "authorized_by": "management"}
    file.write_text(json.dumps({"events": [event("opportunity_reassigned", on="2026-03-01", **said)]}))
    command = (*RULING, "--outcome", "transferred", "--with", file, "--effective-on", "2026-03-01")
    before = ledger("events", "list", "--json").json["position"]
    tried = ledger(*command, "--dry-run")
    assert tried.code == 0, tried.err
    assert "Nothing was recorded." in tried.out
    assert "acme omar gtx-pro denied (CALL-RESERVED), opens 2026-06-30, contested allowed (CALL-OM)" in squeezed(tried)
    assert ledger("events", "list", "--json").json["position"] == before
    done = ledger(*command, "--idempotency-key", "ruling-2", "--json")
    assert [one["type"] for one in done.json["recorded"]["events"]] == ["opportunity_reassigned", "dispute_ruled"]
    again = ledger(*command, "--idempotency-key", "ruling-2", "--json")
    assert (again.code, again.json["recorded"]["replayed"]) == (0, True)
    assert ledger("events", "list", "--json").json["position"] == before + 2


def test_what_is_upheld_needs_no_events(sqlite_ledger: Ledger) -> None:
    """The ruling alone; another outcome has to be carried out, or said to need nothing."""
    opened(sqlite_ledger)
    for outcome in ("transferred", "shared", "extended", "voided"):
        said = sqlite_ledger(*RULING, "--outcome", outcome)
        assert (said.code, "--as-proposed" in said.err) == (2, True)
    tried = sqlite_ledger(*RULING, "--outcome", "voided", "--alone", "--dry-run", "--effective-on", "2026-03-01")
    assert (tried.code, "Nothing was recorded." in tried.out) == (0, True)
    assert sqlite_ledger(*RULING, "--outcome", "upheld", "--effective-on", "2026-03-01").code == 0
    again = sqlite_ledger(*RULING, "--outcome", "transferred", "--as-proposed")
    assert (again.code, again.err) == (
        1,
        "dispute-2 is closed already. `ledger dispute show dispute-2` tells how.\n",
    )
    late = sqlite_ledger("dispute", "withdraw", "dispute-2", "--reason", "Settled.")
    assert (late.code, "it is closed, and a new claim is a new dispute" in late.err) == (1, True)


def test_a_dispute_is_withdrawn(ledger: Ledger) -> None:
    """And shown as such."""
    opened(ledger)
    said = ledger("dispute", "withdraw", "dispute-2", "--reason", "Settled.", "--effective-on", "2026-03-01")
    assert (said.code, "dispute-2 is withdrawn." in said.out) == (0, True)
    assert "Withdrawn on 2026-03-01: Settled." in ledger("dispute", "show", "dispute-2").out


def test_an_outcome_that_does_not_fit(sqlite_ledger: Ledger) -> None:
    """After the lapse nobody holds anything: exit code 1, and why."""
    opened(sqlite_ledger)
    said = sqlite_ledger(*RULING, "--outcome", "shared", "--as-proposed", "--effective-on", "2026-07-01")
    assert said.code == 1
    assert "shared can't be carried out: nothing that is disputed is held by anybody on 2026-07-01." in said.err
    shown = squeezed(sqlite_ledger("dispute", "show", "dispute-2", "--on", "2026-07-01"))
    assert "shared not possible: nothing that is disputed is held by anybody on 2026-07-01" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("dispute", "show", "dispute-9"), 2, "`ledger disputes` lists the disputes."),
        (("dispute", "answer", "dispute-9", "--by", "jane", "--says", "No."), 2, "knows no dispute 'dispute-9'"),
        (("dispute", "answer", "dispute-2", "--by", "north", "--says", "Yes."), 1, "another party"),
        (("dispute", "evidence", "dispute-2", "--by", "jane", "--says", "See.", "--event", "nonsense"), 2, "event_ids"),
        ((*RULING, "--outcome", "upheld", "--alone", "--as-proposed"), 2, "give one of"),
        ((*RULING, "--outcome", "upheld", "--dry-run", "--idempotency-key", "k"), 2, "does not go with --dry-run"),
        ((*RULING, "--outcome", "shared", "--with", "nowhere.json"), 2, "There is no file nowhere.json"),
        ((*RULING, "--outcome", "split"), 2, "split"),
        (("disputes", "--state", "settled"), 2, "settled"),
        (("disputes", "--account", "nowhere"), 2, "knows no account 'nowhere'"),
    ],
)
def test_wrong_words_are_told(sqlite_ledger: Ledger, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A sentence that says what is wrong; nothing is recorded, and no traceback is seen."""
    opened(sqlite_ledger)
    before = sqlite_ledger("events", "list", "--json").json["position"]
    said = sqlite_ledger(*arguments)
    assert (said.code, says in said.err, "Traceback" in said.err) == (code, True, False), said.err
    assert sqlite_ledger("events", "list", "--json").json["position"] == before


def test_a_file_with_positions_is_refused(sqlite_ledger: Ledger) -> None:
    """The ruling looks after that itself."""
    opened(sqlite_ledger)
    typed = json.dumps({"events": [party("mary")], "expected_position": {"acme": 3}})
    said = sqlite_ledger(*RULING, "--outcome", "shared", "--with", "-", typed=typed)
    assert (said.code, "leave out expected_position" in said.err) == (2, True)


def test_the_how_to_can_be_followed(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Every command of the page works, in its order, and prints what the page shows of it."""
    recorded(sqlite_ledger, *beginning(), *claim())
    page = PAGE.read_text(encoding="utf-8")
    for name, content in re.findall(r"```json\n// (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(content)
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    commands = [re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] for block in blocks]
    assert sum(map(len, commands)) >= 8
    for typed in (one for block in commands for one in block):
        command, _, shown = typed.replace("\\\n", "").partition("\n")
        _, *arguments = shlex.split(command)
        said = sqlite_ledger(*arguments)
        assert said.code == 0, f"{command}\n{said.err}"
        printed = squeezed(said)
        for line in filter(None, (" ".join(each.split()) for each in shown.splitlines())):
            assert line == "..." or line in printed, f"{command}\nprints\n{said.out}\nand not\n{line}"
