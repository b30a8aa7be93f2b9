"""Verdicts before and after: for every business of an account that is decided otherwise, who may call as they may not.

Asked are the parties that the account's events name, the organisations they belong to, and two that stand for
everybody else: any other employee and any other partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from policies.calling import Question, Situations, Verdict, may_call
from policies.kept import ContractSituation, GeneralSituation, Kept, Situation
from policies.parties import Parties, Party
from projections.calling import parties_in

ANY_OTHER = {"employee": "any other employee", "partner": "any other partner"}
"""Names that no party can have: an identifier holds no space."""

NOTHING: frozenset[Situation] = frozenset()

Outcome = Verdict | None
"""None where the question can't be put: the account, the contract or the party is not there."""


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """How some parties may call on a business, before and after.

    The business is a line, a contract (perhaps one line of it), or with neither new business in general. `any_other`
    has the kinds, employee or partner, of which any party not named by the account's events is concerned as well.
    """

    line: str | None
    contract_id: str | None
    parties: tuple[str, ...]
    any_other: tuple[str, ...]
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class KnownHere:
    """What questions about an account may name: the account itself, and its contracts."""

    account: bool
    contracts: frozenset[str]


class View:
    """What decides calls on an account from a day on, with the parties around it."""

    def __init__(self, kept: Iterable[Kept], on: date, parties: Parties, known: KnownHere) -> None:
        self.on = on
        self.known = known
        self.parties = parties
        self.situations: defaultdict[str, set[Situation]] = defaultdict(set)
        for one in kept:
            if isinstance(one, Situation) and one.valid_until > on:
                self.situations[one.business].add(one)
        for kind, name in ANY_OTHER.items():
            parties.put((date.min, 0), Party(name, name, kind))

    def of(self, business: str) -> AbstractSet[Situation]:
        return self.situations.get(business, NOTHING)

    def deciding(self, business: str) -> tuple[AbstractSet[object], AbstractSet[object]]:
        """What decides calls on a business from the day on: its own situations, and those of the account as a whole.

        As long as all lines of a contract that has begun are held, of the latter only who is in charge and what is
        disputed counts.
        """
        own = self.of(business)
        contents = [one.content for one in own]
        held = any(one.valid_from <= self.on for one in own) and all(
            isinstance(one, ContractSituation) and one.holder is not None and set(_lines(one)) <= set(one.won)
            for one in contents
        )
        return own, self.in_charge if held else self.of("general")

    @cached_property
    def in_charge(self) -> AbstractSet[object]:
        """Who is in charge of the account when, and what is disputed."""
        return {
            (one.valid_from, one.valid_until, one.content.major_account_manager, one.content.disputes)
            for one in self.of("general")
            if isinstance(one.content, GeneralSituation)
            and (one.content.major_account_manager is not None or one.content.disputes)
        }

    @property
    def disputed(self) -> bool:
        """Whether a dispute is open on the account, from the day on."""
        return any(isinstance(one.content, GeneralSituation) and one.content.disputes for one in self.of("general"))

    def outcome(self, question: Question) -> Outcome:
        """The verdict, None if the question can't be put."""
        if not self.known.account or self.parties.version(question.party_id, self.on) is None:
            return None
        if question.contract_id is not None and question.contract_id not in self.known.contracts:
            return None
        situations = Situations(
            line=tuple(self.of(f"line:{question.line}")),
            contract=tuple(self.of(f"contract:{question.contract_id}")),
            general=tuple(self.of("general")),
            parties=self.parties,
        )
        return may_call(question, self.on, situations)


def verdict_changes(before: View, after: View, askers: Collection[str], *, all_anew: bool) -> tuple[VerdictChange, ...]:
    """The verdicts that are others than before, of those who ask.

    `all_anew`: not only the account changes but how its parties are registered, so that every business is looked at.
    """
    views = (before, after)
    all_anew = all_anew or before.known.account != after.known.account
    contracts = {f"contract:{contract_id}" for contract_id in before.known.contracts ^ after.known.contracts}
    found: list[VerdictChange] = []
    for business in sorted({"general", *before.situations, *after.situations, *contracts}):
        if all_anew or business in contracts or before.deciding(business) != after.deciding(business):
            concerned = _concerned(views, business, askers)
            for line, contract_id in _questions(views, business):
                found += _changes(before, after, line, contract_id, concerned)
    return tuple(found)


def _questions(views: tuple[View, View], business: str) -> list[tuple[str | None, str | None]]:
    """The line and the contract to ask about; of a contract also each of its lines."""
    kind, _, name = business.partition(":")
    if kind == "line":
        return [(name, None)]
    if kind != "contract":
        return [(None, None)]
    contents = [one.content for view in views for one in view.of(business)]
    contracts = [content for content in contents if isinstance(content, ContractSituation)]
    lines = {line for contract in contracts for line in _lines(contract)}
    whole: tuple[None, str] = (None, name)
    is_plain = not any(contract.co_sell or contract.prime for contract in contracts)
    if len(lines) == 1 and is_plain and not any(view.disputed for view in views):
        return [whole]  # the answer for the line is that for the contract
    return [whole, *((line, name) for line in sorted(lines))]


def _lines(contract: ContractSituation) -> Iterator[str]:
    yield from contract.lines
    yield from (line for _, line, _ in (*contract.co_sell, *contract.prime))


def _concerned(views: tuple[View, View], business: str, askers: Collection[str]) -> dict[str, list[str]]:
    """Who has to be asked: each party that plays a part by itself, the others by one that stands for them."""
    parts: set[str] = set()
    for view in views:
        named = {name for place in (business, "general") for one in view.of(place) for name in parties_in(one.content)}
        parts |= named | {
            party.member_of for name in named for _, party in view.parties.versions(name) if party.member_of
        }
    groups: dict[str, list[str]] = {name: [] for name in ANY_OTHER.values()}
    for asker in sorted(askers):
        kind = None if asker in parts else _plain_kind(views, asker)
        if kind is None:
            groups[asker] = [asker]
        else:
            groups[ANY_OTHER[kind]].append(asker)
    return groups


def _plain_kind(views: tuple[View, View], asker: str) -> str | None:
    """`partner` or `employee` for a party that is asked like any other of that kind, None for one that is not."""
    versions = [view.parties.versions(asker) for view in views]
    if any(len(found) != 1 for found in versions):
        return None
    (one,), (other,) = versions
    if one[1].member_of is not None or other[1].member_of is not None:
        return None
    kinds = {"partner" if party.kind == "partner" else "employee" for _, party in (one, other)}
    return kinds.pop() if len(kinds) == 1 else None


def _changes(
    before: View, after: View, line: str | None, contract_id: str | None, concerned: Mapping[str, Sequence[str]]
) -> Iterator[VerdictChange]:
    """The changes on one business; parties that are answered alike stand together."""
    grouped: defaultdict[tuple[Outcome, Outcome], list[str]] = defaultdict(list)
    for asker in concerned:
        question = Question(asker, line, contract_id)
        outcomes = before.outcome(question), after.outcome(question)
        if _stands(outcomes[0]) != _stands(outcomes[1]):
            grouped[outcomes].append(asker)
    for (one, other), askers in grouped.items():
        yield VerdictChange(
            line,
            contract_id,
            tuple(sorted(party for asker in askers for party in concerned[asker])),
            tuple(kind for kind, name in ANY_OTHER.items() if name in askers),
            one,
            other,
        )


def _stands(outcome: Outcome) -> tuple[object, ...] | None:
    """A verdict without its reasons."""
    if outcome is None:
        return None
    return outcome.verdict, outcome.rule, outcome.opens_on, outcome.agreement_of, outcome.contested
