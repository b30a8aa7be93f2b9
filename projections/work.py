"""A unit of work of the recorder: submissions taken in one after the other, each as a whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson

from ledger import canonical
from ledger.events.periods import PeriodClosed
from ledger.events.selection_criteria import CustomerScored, SelectionCriteriaConfigured
from ledger.recorded import Recorded
from ledger.store import Draft, KeptAnswer, Unit
from policies.kept import Changes
from policies.periods import Closing, Closings
from policies.stages import Stages
from projections.desk import Desk
from projections.figures import KnownFigures
from projections.judging import Candidate, check_name, judge, says_the_same
from projections.knowledge import EVENTS, Journal, Knowledge, Seen
from projections.known_leads import KnownLeads
from projections.notices import note_notice
from projections.pages import Turn, together
from projections.parties import LoadedRegister
from projections.pending import PendingRows
from projections.periods import closing, closings
from projections.problems import EventIdReused, IdempotencyKeyReused, PositionConflict
from projections.selection_criteria import criteria_known
from projections.shelf import Shelf
from projections.stages import STAGES_CONFIGURED, stages_set
from projections.submissions import Member, Posted, Receipt
from projections.views import judge_view
from projections.worldwide import WorldChange, accounts_concerned, note_registrations, world_change

FLUSH_AT = 20_000
"""How many rows may wait in memory while a change of the world goes through all accounts."""


class NeedsAlone(Exception):  # noqa: N818 - says what is needed; nothing went wrong
    """A submission changes what derivations of other accounts rest on: it needs a unit of work of its own."""


@dataclass(slots=True)
class Taken:
    """A submission as far as it is taken in: its events (new, or recorded before) and what they change."""

    member: Member
    first_draft: int
    events: list[Seen] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    rows: int = 0
    is_new: bool = False
    touched: set[str] = field(default_factory=set)
    changes: dict[str, Changes] = field(default_factory=dict)
    receipt: Receipt | None = None
    """The answer that was given before, or the one to a dry run."""

    @property
    def dry(self) -> bool:
        return self.member.submission.dry_run


class Work:
    """What happens between the beginning and the commit of a unit of work.

    `alone`: the unit is exclusive, has one member, and may change the world. When the unit fails, what lay on the shelf
    is no longer good.
    """

    def __init__(self, unit: Unit, shelf: Shelf, figures: KnownFigures, *, alone: bool) -> None:
        self.unit = unit
        self.journal = Journal()
        self.known = Knowledge(unit.rows, self.journal)
        self.leads = KnownLeads(unit.rows, self.known, self.journal)
        self.register = LoadedRegister(unit.rows)
        self.pending = PendingRows()
        self.desk = Desk(unit, shelf, figures, self.register, self.pending)
        self.drafts: list[Draft] = []
        self._alone = alone
        self._closed: list[Closing] = []
        self._criteria: list[Recorded] = []
        self._staged: list[Recorded] | None = None
        self._known_stages = Stages()
        self._changes_world = False
        self._answers: dict[str, KeptAnswer] = {}
        self._keyed: dict[str, Taken] = {}

    def prepare(self, members: Sequence[Member], accounts: Collection[str]) -> None:
        """Looks up what the members need, in few questions; `accounts` are those that they concern."""
        events = [one.event for member in members for one in member.posted]
        named = [one for member in members for posted in member.posted for one in posted.references]
        self.known.load(events, named)
        self.leads.load(events)
        self._answers = self.unit.answers_by_key(one.key for one in members if one.key is not None)
        self.register.load(one.id for one in named if one.kind == "party")
        self.desk.lay_out(accounts)

    # ---- taking in ----------------------------------------------------------------------------------------------

    def take(self, member: Member) -> Taken:
        """Takes in a submission. Raises RecordingError, NeedsAlone, or whatever went wrong, and has then undone it."""
        answered = self._answered(member)
        if answered is not None:
            return answered
        taken = Taken(member, len(self.drafts))
        try:
            self._check_positions(member)
            for posted in member.posted:
                taken.events.append(self._take_event(posted, taken))
        except BaseException:
            self._undo(taken)
            raise
        if taken.dry:
            position = max(seen.position for seen in taken.events)
            told = tuple(seen.body or seen.recorded for seen in taken.events)
            taken.receipt = Receipt(position, told, changes=taken.changes)
            self._undo(taken)
            return taken
        self._keep(taken)
        if member.key is not None:
            self._keyed[member.key] = taken
        return taken

    def _answered(self, member: Member) -> Taken | None:
        """What the same request came to before, or a moment ago in this unit, if it carries an idempotency key."""
        if member.key is None:
            return None
        if (same := self._keyed.get(member.key)) is not None:
            if same.member.key_hash != member.key_hash:
                raise IdempotencyKeyReused(member.key)
            return same
        if (before := self._answers.get(member.key)) is None:
            return None
        if before.request_hash != member.key_hash:
            raise IdempotencyKeyReused(member.key)
        answer = orjson.loads(before.answer)
        bodies = {row[0]: row[-1] for row in self.unit.rows(EVENTS, {"event_ids": answer["event_ids"]})}
        events = tuple(bodies[event_id] for event_id in answer["event_ids"])
        return Taken(member, len(self.drafts), receipt=Receipt(answer["position"], events, replayed=True))

    def _check_positions(self, member: Member) -> None:
        for account_id, expected in (member.submission.expected_position or {}).items():
            actual = self.desk.last_position(account_id)
            if actual > expected:
                raise PositionConflict(account_id, expected, actual)

    def _take_event(self, posted: Posted, taken: Taken) -> Seen:
        event_id = posted.event.event_id
        if event_id is not None and (before := self.known.event(event_id)) is not None:
            if not says_the_same(posted, before.recorded):
                raise EventIdReused(event_id, f"{posted.pointer}/event_id")
            return before
        position = self.unit.head.position + len(self.drafts) + 1
        candidate = Candidate.of(posted, taken.member.submission.actor, position, self.unit.head, self.known)
        change = world_change(candidate, self.register)
        if change is not None and not self._alone:
            raise NeedsAlone
        page = self.desk.page_for(candidate, taken.touched)
        reading = page.reading if page is not None else None
        if isinstance(candidate.fact.event, PeriodClosed):
            judge(candidate, reading, self._closings())
        elif isinstance(candidate.fact.event, CustomerScored):
            judge(candidate, reading, criteria=self._criteria_known())
        elif getattr(candidate.fact.data, "stage", None) is not None:
            judge(candidate, reading, stages=self._stages())
        else:
            judge(candidate, reading)
        self.leads.judge(candidate)
        check_name(candidate, reading, self.known)
        judge_view(candidate, self.known, self.unit.rows)
        seen = self._note(candidate)
        taken.is_new = True
        if change is None:
            for account_id in candidate.accounts:
                taken.touched.add(account_id)
                turn = self.desk.page(account_id).take(candidate.fact, self.register, candidate.parties)
                self._turn(turn, taken)
        else:
            self._change_world(change, candidate, taken)
        return seen

    def _note(self, candidate: Candidate) -> Seen:
        """Notes everywhere that the event is taken in."""
        fact = candidate.fact
        self.drafts.append(Draft(fact.event, fact.actor, fact.event_id))
        for target in candidate.targets:
            self.known.withdraw(target)
            self.pending.withdraw(target.event_id, fact.position, target.account_id, fact.account_id)
            self.journal.note(self.pending.withdrawals.pop)
        seen = self.known.add(fact)
        self.leads.add(fact)
        self.desk.note(fact, candidate.accounts, self.journal)
        if isinstance(fact.event, PeriodClosed):
            self._closed.append(closing(fact, fact.event))
            self.journal.note(self._closed.pop)
        elif isinstance(fact.event, SelectionCriteriaConfigured):
            self._criteria.append(fact)
            self.journal.note(self._criteria.pop)
        if STAGES_CONFIGURED in (fact.type, *(target.type for target in candidate.targets)):
            self._note_stages(candidate)
        note_registrations(candidate, self.register, self.pending, self.journal)
        note_notice(fact, self.pending, self.journal)
        return seen

    def _closings(self) -> Closings:
        """The months closed so far, those closed in this unit included."""
        return Closings((*closings(self.unit.rows, self.unit.head.position).all, *self._closed))

    def _criteria_known(self) -> list[Recorded]:
        """The sets of selection criteria known so far, those of this unit included."""
        return criteria_known(
            self.unit.rows, self.unit.head.position, pending=self._criteria, is_withdrawn=self.known.is_withdrawn
        )

    def _stages(self) -> Stages:
        """The stages configured so far, those of this unit included; asked for once."""
        if self._staged is None:
            self._staged = stages_set(self.unit.rows, self.unit.head.position)
            self._known_stages = Stages(self._staged)
        return self._known_stages

    def _note_stages(self, candidate: Candidate) -> None:
        """Stages are configured, or a configuration is taken back."""
        self._stages()
        before = self._staged or []
        gone = {target.event_id for target in candidate.targets}
        left = [fact for fact in before if fact.event_id not in gone]
        self._staged = [*left, candidate.fact] if candidate.fact.type == STAGES_CONFIGURED else left
        self._known_stages = Stages(self._staged)
        self.journal.note(partial(self._stage, before))

    def _stage(self, settings: list[Recorded]) -> None:
        self._staged, self._known_stages = settings, Stages(settings)

    def _turn(self, turn: Turn, taken: Taken) -> None:
        if taken.dry:
            account_id = turn.step.account_id
            taken.changes[account_id] = together(taken.changes.get(account_id, Changes()), turn.step.changes)
        turn.step.changes = Changes()
        if turn.step.size or turn.newly_named:
            taken.rows += turn.step.size
            taken.turns.append(turn)

    def _change_world(self, change: WorldChange, candidate: Candidate, taken: Taken) -> None:
        """Derives again, one after the other, all accounts that the change concerns."""
        self._changes_world = True
        self.desk.wear_out()
        fact, desk = candidate.fact, self.desk
        before = desk.figures
        desk.figures = before.after(fact, [target.event_id for target in candidate.targets])
        for account_id in accounts_concerned(change, candidate, self.unit, self.register, desk.known_here()):
            own = fact if account_id in candidate.accounts else None
            page = desk.page_before(account_id, fact.position, before)
            self.register.load(page.named)
            self._turn(page.take_world(fact.position, desk.figures.now, self.register, own), taken)
            if taken.rows > FLUSH_AT and not taken.dry:
                self._keep(taken)
                self.pending.write(self.unit)  # nobody else is at work: positions are certain, and all goes or nothing
                desk.clear()

    def _keep(self, taken: Taken) -> None:
        for turn in taken.turns:
            self.pending.add(turn)
        taken.turns, taken.rows = [], 0
        self.journal.keep()

    def _undo(self, taken: Taken) -> None:
        self.journal.undo()
        del self.drafts[taken.first_draft :]
        self.desk.take_away(taken.touched)

    # ---- finishing ----------------------------------------------------------------------------------------------

    def finish(self, taken: Sequence[Taken]) -> list[Receipt]:
        """Appends the events, writes the rows, keeps the answers; what each sender is told once that is committed."""
        if not self.drafts and not self._keyed:
            self.unit.discard()
        if self._changes_world and self.drafts:
            self.unit.bump_world()
        recorded = {fact.event_id: fact for fact in self.unit.append(self.drafts)}
        self._shift([fact.position for fact in recorded.values()])
        self.pending.write(self.unit)
        receipts = [one.receipt or _receipt(one, recorded) for one in taken]
        self.unit.keep_answers(
            [
                KeptAnswer(key, one.member.key_hash, 0, _kept_answer(one, receipt))
                for one, receipt in zip(taken, receipts, strict=True)
                if (key := one.member.key) is not None and self._keyed.pop(key, None) is one
            ]
        )
        return receipts

    def _shift(self, positions: Sequence[int]) -> None:
        """Other processes may have recorded on other accounts meanwhile: all positions of this unit moved together."""
        first = self.unit.head.position + 1
        if positions and positions[0] != first:
            self.pending.shift(first - 1, positions[0] - first)
            self.desk.shift(first - 1, positions[0] - first)


def encoded(fact: Recorded) -> str:
    """An event's canonical JSON."""
    return canonical.encode(fact).decode()


def _receipt(taken: Taken, recorded: dict[str, Recorded]) -> Receipt:
    told: list[str | Recorded] = []
    position = 0
    for seen in taken.events:
        fact = recorded.get(seen.event_id)
        told.append(seen.body or seen.recorded if fact is None else fact)
        position = max(position, seen.position if fact is None else fact.position)
    return Receipt(position, tuple(told), replayed=not taken.is_new)


def _kept_answer(taken: Taken, receipt: Receipt) -> str:
    answer = {"position": receipt.position, "event_ids": [seen.event_id for seen in taken.events]}
    return orjson.dumps(answer).decode()
