"""Notices change no right: a ledger with a scheduler says what the same ledger without one says, to the last row."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from api.scheduling.announcing import Announcer
from api.wiring import RightsLedger
from policies.history import NOTICE_TYPES
from projections.asking import Moment
from projections.calling import CallingQuestion, calling_rights
from projections.obligations import obligations
from projections.problems import RecordingError
from projections.recording import Submission
from projections.rows import INTERVALS
from projections.schema import OPEN_POSITION
from projections.verifying import verify
from tests.api.scheduling.conftest import opened
from tests.api.scheduling.telling import check_each_once, log, notices
from tests.strategies.histories import all_questions, histories

Row = tuple[Any, ...]
FIRST = date(2023, 1, 1)


@given(data=st.data(), history=histories())
@settings(max_examples=25, phases=[Phase.generate])  # to make a failing history smaller takes minutes
def test_with_and_without(data: st.DataObject, history: list[dict[str, Any]], sqlite_template: Path) -> None:
    """After every random history: the same rows, verdicts and obligations, wherever notices stand in between."""
    memory = Path("/dev/shm")  # noqa: S108 - nothing in it outlives the test
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        files = [shutil.copyfile(sqlite_template, Path(folder) / f"{name}.db") for name in ("with", "without")]
        with opened(f"sqlite:///{files[0]}") as scheduled, opened(f"sqlite:///{files[1]}") as plain:
            taken = [tell(scheduled, event, data) for event in history]
            assert [tell(plain, event) for event in history] == taken
            Announcer(scheduled).run(date(2030, 1, 1))

            check_each_once(notices(scheduled))
            numbers = numbered(scheduled)
            assert [rows(scheduled, numbers), rows(plain, numbered(plain))] == [rows(plain, numbered(plain))] * 2
            day = FIRST + timedelta(days=data.draw(st.integers(0, 1_500)))
            assert answers(scheduled, history, day) == answers(plain, history, day)
            assert verify(scheduled.store) is None


def tell(ledger: RightsLedger, event: dict[str, Any], data: st.DataObject | None = None) -> bool:
    """Records an event, if it is acceptable, and lets the scheduler run now and then; whether it was."""
    try:
        ledger.recorder.record(Submission([event], "tester"))
    except RecordingError:
        return False
    if data is not None and data.draw(st.integers(0, 3)) == 0:
        Announcer(ledger).run(FIRST + timedelta(days=data.draw(st.integers(0, 1_500))))
    return True


def numbered(ledger: RightsLedger) -> dict[int, int]:
    """The position of each event, notices left out, as it would be without them."""
    others = [event["position"] for event in log(ledger) if event["type"] not in NOTICE_TYPES]
    return {position: number for number, position in enumerate(others, 1)} | {OPEN_POSITION: OPEN_POSITION}


def rows(ledger: RightsLedger, numbers: dict[int, int]) -> list[list[Row]]:
    """All rows ever kept of rights, obligations and situations. KeyError if a notice began or ended one."""
    found = []
    with ledger.read.connection() as connection:
        for table in INTERVALS:
            kept = [row._asdict() for row in connection.execute(table.select())]
            for row in kept:
                row.update({name: numbers[row[name]] for name in ("known_from", "known_until")})
            found.append(sorted((tuple(row.values()) for row in kept), key=repr))
    return found


def answers(ledger: RightsLedger, history: list[dict[str, Any]], on: date) -> list[Any]:
    """The verdict on every question that the history can be asked, and all that is owed."""
    at = Moment(on, ledger.read.head().position)
    asked = [
        CallingQuestion(one.account, one.party, at, one.line, one.contract_id)
        for one in all_questions(history)
        if ledger.read.known("party", one.party)
        and (one.contract_id is None or ledger.read.known("contract", one.contract_id))
    ]
    verdicts = [(answer.verdict, answer.obligations) for answer in calling_rights(ledger.read, asked)]
    return [*verdicts, obligations(ledger.read, at, limit=1_000).items]
