"""Who may call: the verdict of the rules, read from the kept situations.

One question costs three statements: where the ledger stands (the caller's), what was kept for the account, and how the
parties concerned are registered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from ledger.store import Reader
from policies.calling import Question, Situations, Verdict, may_call
from policies.kept import Content, GeneralSituation, LineSituation, Obligation, OwnClaim, Situation
from policies.obligations import Owed, owed_on
from policies.parties import Parties
from projections.asking import Moment, Page
from projections.calling_queries import ACCOUNT, ACCOUNTS, MANY, ONE
from projections.parties import parties_known
from projections.problems import UnknownSubject
from projections.rows import decode_obligation, decode_situation

ACCOUNTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class CallingQuestion:
    """A party asks for new business on a line, for new business in general, or for the renewal of a contract."""

    account_id: str
    party_id: str
    moment: Moment
    line: str | None = None
    contract_id: str | None = None

    @property
    def businesses(self) -> tuple[str, ...]:
        """The businesses whose situations may decide: the account's in general, the line's and the contract's."""
        line = () if self.line is None else (f"line:{self.line}",)
        contract = () if self.contract_id is None else (f"contract:{self.contract_id}",)
        return ("general", *line, *contract)


@dataclass(frozen=True, slots=True)
class CallingAnswer:
    """The verdict on a question, and what the asking party owes on this account on that day."""

    question: CallingQuestion
    verdict: Verdict
    obligations: tuple[Owed, ...] = ()


@dataclass(slots=True)
class Kept:
    """What was kept for an account: situations by business from the day asked about on, and obligations on that day.

    A situation is read from its body only when somebody asks about its business.
    """

    bodies: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, list[Situation]] = field(default_factory=dict)
    obligations: list[Obligation] = field(default_factory=list)
    contracts: set[str] = field(default_factory=set)
    is_known: bool = False

    def add(self, kind: str, name: str, body: str) -> None:
        """Takes in a row of what was asked for; see `projections.calling_queries`."""
        if kind == "situation":
            self.bodies[name].append(body)
        elif kind == "obligation":
            self.obligations.append(decode_obligation(body))
        elif kind == "contract":
            self.contracts.add(name)
        else:
            self.is_known = True

    def situations(self, business: str) -> Sequence[Situation]:
        """The situations of a business."""
        if business not in self.read:
            self.read[business] = [decode_situation(body) for body in self.bodies.pop(business, ())]
        return self.read[business]

    def parties(self, question: CallingQuestion) -> Iterator[str]:
        """The parties that what is kept here names, as far as a verdict on the question may look at them."""
        for business in question.businesses:
            for situation in self.situations(business):
                yield from parties_in(situation.content)
        for owed in self.obligations:
            yield owed.party_id


def calling_right(
    reader: Reader,
    account_id: str,
    party_id: str,
    moment: Moment,
    line: str | None = None,
    contract_id: str | None = None,
) -> CallingAnswer:
    """Whether a party may call on an account, on that day, with what was known. Raises UnknownSubject."""
    question = CallingQuestion(account_id, party_id, moment, line, contract_id)
    kept = Kept()
    wanted = {
        "account_id": account_id,
        "line": f"line:{line}",
        "contract": f"contract:{contract_id}",
        "contract_id": contract_id or "",
        "at": moment.position,
        "on": moment.on,
    }
    for kind, name, body in reader.rows(ONE, wanted):
        kept.add(kind, name, body)
    return _answer(question, kept, parties_known(reader, {party_id, *kept.parties(question)}, moment.position))


def calling_rights(reader: Reader, questions: Sequence[CallingQuestion]) -> list[CallingAnswer]:
    """The same for many questions, in their order. Raises UnknownSubject for the first that names something unknown."""
    answers: dict[CallingQuestion, CallingAnswer] = {}
    for moment, asked in groupby(sorted(questions, key=_moment), key=lambda question: question.moment):
        together = list(dict.fromkeys(asked))
        kept = _kept(reader, together, moment)
        named = {name for question in together for name in kept[question.account_id].parties(question)}
        parties = parties_known(reader, named | {question.party_id for question in together}, moment.position)
        answers.update((question, _answer(question, kept[question.account_id], parties)) for question in together)
    return [answers[question] for question in questions]


def callable_accounts(
    reader: Reader,
    party_id: str,
    moment: Moment,
    *,
    line: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[CallingAnswer]:
    """The accounts on which a party may call (allowed or conditional), for a line or in general, by account id."""
    if parties_known(reader, [party_id], moment.position).version(party_id, moment.on) is None:
        raise UnknownSubject("party", party_id)
    found: list[CallingAnswer] = []
    last = after or ""
    while True:
        wanted = {"after": last, "at": moment.position, "limit": ACCOUNTS_AT_ONCE}
        account_ids = [account_id for (account_id,) in reader.rows(ACCOUNTS, wanted)]
        questions = [CallingQuestion(account_id, party_id, moment, line) for account_id in account_ids]
        for answer in calling_rights(reader, questions):
            if answer.verdict.verdict == "denied":
                continue
            if len(found) == limit:
                return Page(tuple(found), found[-1].question.account_id)
            found.append(answer)
        if len(account_ids) < ACCOUNTS_AT_ONCE:
            return Page(tuple(found), None)
        last = account_ids[-1]


def _kept(reader: Reader, questions: Sequence[CallingQuestion], moment: Moment) -> Mapping[str, Kept]:
    """What was kept for the accounts of the questions, as far as these questions need it."""
    account_ids = list(dict.fromkeys(question.account_id for question in questions))
    contract_ids = {question.contract_id for question in questions if question.contract_id is not None}
    businesses = {business for question in questions for business in question.businesses}
    kept = {account_id: Kept() for account_id in account_ids}
    wanted = {
        "account_ids": account_ids,
        "contract_ids": sorted(contract_ids),
        "businesses": sorted(businesses),
        "at": moment.position,
        "on": moment.on,
    }
    for account_id, kind, name, body in reader.rows(MANY, wanted):
        if account_id in kept:
            kept[account_id].add(kind, name, body)
    return kept


def _answer(question: CallingQuestion, kept: Kept, parties: Parties) -> CallingAnswer:
    """Raises UnknownSubject."""
    on, party_id = question.moment.on, question.party_id
    if not kept.is_known:
        raise UnknownSubject(ACCOUNT, question.account_id)
    if parties.version(party_id, on) is None:
        raise UnknownSubject("party", party_id)
    if question.contract_id is not None and question.contract_id not in kept.contracts:
        raise UnknownSubject("contract", question.contract_id)
    situations = Situations(
        line=() if question.line is None else kept.situations(f"line:{question.line}"),
        contract=() if question.contract_id is None else kept.situations(f"contract:{question.contract_id}"),
        general=kept.situations("general"),
        parties=parties,
    )
    verdict = may_call(Question(party_id, question.line, question.contract_id), on, situations)
    return CallingAnswer(question, verdict, _owed(kept.obligations, party_id, on, parties))


def _owed(obligations: Iterable[Obligation], party_id: str, on: date, parties: Parties) -> tuple[Owed, ...]:
    """What the party owes, in an order that follows from what it says, so that an answer stays the same for ever."""
    acting = parties.acting_as(party_id, on)
    mine = (owed for owed in obligations if parties.acting_as(owed.party_id, on) == acting)
    return tuple(sorted((one for owed in mine for one in owed_on(owed, on)), key=_place))


def _place(owed: Owed) -> tuple[str, ...]:
    one = owed.obligation
    named = (one.opportunity_id, one.contract_id, one.kind, one.party_id, one.to_party_id)
    return (*(name or "" for name in named), str(owed.due_on or ""), str(owed.since))


def _moment(question: CallingQuestion) -> tuple[date, int]:
    return question.moment.on, question.moment.position


def parties_in(content: Content) -> Iterator[str]:
    """The parties that a situation names."""
    if isinstance(content, LineSituation):
        if (first := content.reserved) is not None:
            yield first.holder
            yield from (part[0] for parts in (first.co_sell, first.prime, first.teaming) for part in parts)
    elif isinstance(content, OwnClaim):
        yield content.holder
    elif isinstance(content, GeneralSituation):
        yield from (held[0] for held in (content.major_account_manager, content.growth) if held is not None)
    else:
        yield from (party_id for party_id in (content.manager, content.holder) if party_id is not None)
        yield from (part[0] for parts in (content.co_sell, content.prime) for part in parts)
        yield from (part[0] for part in content.teaming)
