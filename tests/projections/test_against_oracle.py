"""What the ledger answers, recorded through the one way in, is what a plain day-by-day reading of the rules says."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.kept import Right
from policies.parties import Parties
from projections.asking import Moment, Page
from projections.calling import CallingAnswer, CallingQuestion, calling_right, calling_rights
from projections.obligations import obligations
from projections.parties import parties_known
from projections.problems import UnknownSubject
from projections.rebuild import rebuild
from projections.rights import deadlines, rights_of_account, rights_of_party, timeline
from projections.verifying import verify
from tests import oracle
from tests.projections.ledgers import Event, Ledger, open_ledger
from tests.projections.walking import walk
from tests.strategies.histories import Question, all_questions, histories
from tests.strategies.sketch import PARTIES
from tests.support import postgresql

OVER = frozenset({"lapsed", "ended"})
RUNNING = frozenset({"incomplete", "active", "in_grace", "queued"})

Posted = list[dict[str, Any]]


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder for short-lived databases, in memory where there is one."""
    memory = Path("/dev/shm")  # noqa: S108 - nothing in it outlives the test
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@contextmanager
def fresh_sqlite(template: Path, scratch: Path) -> Iterator[Ledger]:
    """An empty ledger in a file."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = shutil.copyfile(template, Path(folder) / "ledger.db")
        with open_ledger(f"sqlite:///{path}") as ledger:
            yield ledger


@contextmanager
def fresh_postgresql(server: postgresql.Server, template: str) -> Iterator[Ledger]:
    """An empty ledger on the server."""
    with server.database(template=template) as url, open_ledger(url) as ledger:
        yield ledger


@dataclass
class Held:
    """A ledger and what was told to it, to be held against each other."""

    ledger: Ledger
    events: list[Event]
    random: Random

    def __post_init__(self) -> None:
        self.read = self.ledger.store.read
        self.accounts = sorted({str(event["account_id"]) for event in self.events if event["account_id"] is not None})

    def moments(self, account: str, count: int = 4) -> Iterator[Moment]:
        """Now and earlier, on and around days on which something turns."""
        for position in {len(self.events), self.random.randint(1, len(self.events))}:
            turning = oracle.turning_days(self.events, account, position)
            for day in self.random.sample(turning, min(len(turning), count)):
                yield Moment(day + timedelta(days=self.random.choice([-1, 0, 0, 1])), position)

    def check(self) -> None:
        """Every kind of question, for every account."""
        for account in self.accounts:
            for at in self.moments(account):
                if self.read.known("account", account, at=at.position) is None:
                    continue
                self.check_rights(account, at)
                self.check_obligations(account, at)
            self.check_calls(account)
        for at in self.moments(self.accounts[0], 2) if self.accounts else ():
            self.check_deadlines(at)
            self.check_party_rights(at)

    def check_rights(self, account: str, at: Moment) -> None:
        limit = self.random.choice([1, 3, 100])
        parties = parties_known(self.read, PARTIES, at.position)
        expected = oracle.rights(self.events, at.on, at.position, account=account, include_over=True)
        found = walk(lambda after: rights_of_account(self.read, account, at, after=after, limit=limit))
        assert sorted(map(repr, (right_row(one, at.on, parties) for one in found))) == sorted(
            map(repr, (right_row(one, at.on, parties) for one in expected if one.status not in OVER))
        )
        whole = walk(lambda after: timeline(self.read, account, at.position, after=after, limit=limit))
        on_day = [one for one in whole if one.valid_from <= at.on < one.valid_until]
        assert sorted(map(repr, found)) == sorted(repr(one) for one in on_day if one.status not in OVER)
        over = {(one.opportunity_id, one.line, one.status) for one in on_day if one.status in OVER}
        assert over <= {(one.opportunity_id, one.line, one.status) for one in expected}

    def check_party_rights(self, at: Moment) -> None:
        everything = oracle.rights(self.events, at.on, at.position)
        for party in PARTIES:
            if self.read.known("party", party, at=at.position) is None:
                continue
            found = walk(partial(self.rights_of, party, at))
            assert {(one.kind, one.opportunity_id, one.line, one.status) for one in found if one.kind != "growth"} == {
                (row.kind, row.opportunity_id, row.line, row.status)
                for row in everything
                if row.holder == party and row.kind != "growth"
            }

    def rights_of(self, party: str, at: Moment, after: str | None) -> Page[Right]:
        return rights_of_party(self.read, party, at, after=after, limit=2)

    def check_obligations(self, account: str, at: Moment) -> None:
        limit = self.random.choice([1, 3, 100])
        found = walk(lambda after: obligations(self.read, at, account_id=account, after=after, limit=limit))
        owed = [
            (one.obligation.kind, one.obligation.party_id, one.obligation.opportunity_id, one.due_on, one.state)
            for one in found
        ]
        assert set(owed) == {
            (duty.kind, duty.party, duty.opportunity_id, duty.due_on, duty.state)
            for duty in oracle.obligations(self.events, at.on, at.position, account=account)
        }

    def check_deadlines(self, at: Moment) -> None:
        within_days = self.random.choice([0, 7, 30, 120])
        limit = self.random.choice([1, 3, 100])
        found = walk(lambda after: deadlines(self.read, at, within_days=within_days, after=after, limit=limit))
        assert [one.deadline_on for one in found] == sorted(one.deadline_on for one in found if one.deadline_on)
        assert sorted(
            (one.holder, one.opportunity_id, one.line, one.status, one.deadline_on) for one in found
        ) == sorted(tuple(one) for one in oracle.deadlines(self.events, at.on, at.position, within_days))

    def check_calls(self, account: str) -> None:
        asked = [question for question in all_questions(self.events) if question.account == account]
        for at in self.moments(account, 2):
            some = self.random.sample(asked, min(len(asked), 25))
            answers = self.answers(some, at)
            for question, answer in answers.items():
                self.check_call(question, answer, at)
            together = [answer.question for answer in answers.values()]
            assert calling_rights(self.read, together) == list(answers.values())

    def answers(self, asked: list[Question], at: Moment) -> dict[Question, CallingAnswer]:
        """The answers to the questions about what is known."""
        answers = {}
        for one in asked:
            try:
                answers[one] = calling_right(self.read, one.account, one.party, at, one.line, one.contract_id)
            except UnknownSubject as unknown:
                assert self.read.known(unknown.kind, unknown.id, at=at.position) is None  # noqa: PT017
        return answers

    def check_call(self, question: Question, answer: CallingAnswer, at: Moment) -> None:
        expected = oracle.may_call(
            self.events, question.party, question.account, at.on, at.position, question.line, question.contract_id
        )
        parties = parties_known(self.read, [question.party, *PARTIES], at.position)
        verdict = answer.verdict
        assert (verdict.verdict, verdict.rule, verdict.opens_on) == expected[:3], (question, at)
        assert (verdict.agreement_of and parties.acting_as(verdict.agreement_of, at.on)) == (
            expected.agreement_of and parties.acting_as(expected.agreement_of, at.on)
        ), (question, at)

    def asked_again(self) -> list[CallingAnswer]:
        """The answers to some questions with what is known now."""
        at = Moment(date(2024, 3, 1), len(self.events))
        questions = [
            CallingQuestion(one.account, one.party, at, one.line, None)
            for one in all_questions(self.events)
            if one.contract_id is None and one.account in self.accounts
        ]
        known = [one for one in questions if self.read.known("account", one.account_id) is not None]
        known = [one for one in known if self.read.known("party", one.party_id) is not None]
        return calling_rights(self.read, known)


def right_row(right: Any, on: date, parties: Parties) -> tuple[Any, ...]:
    """A right as far as the two readings agree on how to tell it."""
    return (
        right.kind,
        parties.acting_as(right.holder, on) if right.kind == "growth" else right.holder,
        right.opportunity_id,
        right.line,
        right.status,
        right.deadline_on if right.status in RUNNING else None,
    )


def hold(ledger: Ledger, posted: Posted, random: Random) -> None:
    """Tells a history, and holds every answer against the day-by-day reading: midway, at the end, and once rebuilt."""
    midway = random.randint(1, len(posted))
    before = Held(ledger, ledger.record_acceptable(posted[:midway]), random)
    then = before.asked_again()
    after = Held(ledger, before.events + ledger.record_acceptable(posted[midway:]), random)
    assert calling_rights(before.read, [answer.question for answer in then]) == then
    after.check()
    assert verify(ledger.store) is None
    kept = ledger.kept()
    rebuild(ledger.store)
    assert ledger.kept() == kept


@given(histories(), st.randoms(use_true_random=False))
def test_random_histories_on_sqlite(sqlite_template: Path, scratch: Path, posted: Posted, random: Random) -> None:
    """Rights, timeline, deadlines, obligations and verdicts, at random on both clocks."""
    with fresh_sqlite(sqlite_template, scratch) as ledger:
        hold(ledger, posted, random)


@pytest.mark.postgresql
@settings(max_examples=5)
@given(histories(), st.randoms(use_true_random=False))
def test_random_histories_on_postgresql(
    postgresql_server: postgresql.Server, postgresql_template: str, posted: Posted, random: Random
) -> None:
    """The same on the other database."""
    with fresh_postgresql(postgresql_server, postgresql_template) as ledger:
        hold(ledger, posted, random)


@given(histories(most_steps=16), st.data())
def test_batches_leave_the_same_rows_as_single_events(
    sqlite_template: Path, scratch: Path, posted: Posted, data: st.DataObject
) -> None:
    """What is known at each position is the same whether events came one by one or many at once."""
    with fresh_sqlite(sqlite_template, scratch) as one_by_one, fresh_sqlite(sqlite_template, scratch) as at_once:
        told = one_by_one.record_acceptable(posted)
        sent = [{name: event[name] for name in ("type", "effective_on", "event_id", "data")} for event in told]
        for event, whole in zip(sent, told, strict=True):
            event["effective_on"] = event["effective_on"].isoformat()
            event.update({name: whole[name] for name in ("account_id", "corrects") if whole.get(name) is not None})
        while sent:
            count = data.draw(st.integers(1, len(sent)))
            at_once.record(*sent[:count])
            sent = sent[count:]
        assert at_once.kept() == one_by_one.kept()
