"""The overview of an account: who holds its general business, each reserved line and each renewal, and what lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.opportunities import OpportunityAbandoned
from ledger.store import Reader
from policies.calling import Question, Verdict
from policies.kept import ContractSituation, GeneralSituation, Kept, OpenDispute, Right, Situation
from policies.renewals import concerned
from projections.accounts import AccountSheet, OpportunitySheet, account_overview, facts_in_effect
from projections.asking import Moment
from projections.calling import parties_in
from projections.parties import parties_known
from projections.rights import OVER
from projections.simulation.standing import Standing
from projections.simulation.verdicts import ANY_OTHER, KnownHere, View

IN_CHARGE = ("major_account_manager", "growth")
BESIDE = ("co_sell_partner", "prime_partner", "teaming")
RESERVED = ("active", "in_grace")


@dataclass(frozen=True, slots=True)
class Business:
    """One business of an account on a day.

    `held_by` are the rights that reserve it, `beside` those of partners and sharers in it, `waiting` the claims queued
    for it; `others` is the verdict on any other employee and any other partner.
    """

    held_by: tuple[Right, ...]
    beside: tuple[Right, ...]
    waiting: tuple[Right, ...]
    others: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class ReservedLine:
    """A line with a live claim."""

    line: str
    business: Business


@dataclass(frozen=True, slots=True)
class Renewal:
    """A live contract; `ends_on` is the day from which it is none any more (date.max: no such day is known).

    `opportunity_ids` are the opportunities in which it was awarded, in the order of their awards.
    """

    contract_id: str
    opportunity_ids: tuple[str, ...]
    lines: tuple[str, ...]
    ends_on: date
    business: Business


@dataclass(frozen=True, slots=True)
class IncompleteOpportunity:
    """An opportunity that reserves nothing yet; `lines` with the last day on which that may change, if one is set."""

    opportunity: OpportunitySheet
    lines: tuple[str, ...]
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that may be asked for on an account, who holds it, and which disputes about it are open."""

    account: AccountSheet
    general: Business
    lines: tuple[ReservedLine, ...]
    renewals: tuple[Renewal, ...]
    incomplete: tuple[IncompleteOpportunity, ...]
    disputes: tuple[OpenDispute, ...]


def overview(reader: Reader, account_id: str, moment: Moment) -> Overview:
    """Who holds what on an account, on a day, as known at a position. Raises UnknownSubject."""
    sheet = account_overview(reader, account_id, moment)
    kept = Standing(reader, moment.position).kept(account_id)
    told = _Account(reader, kept, moment)
    return Overview(
        sheet.account,
        told.general(),
        told.lines(),
        told.renewals(),
        tuple(_incomplete(reader, account_id, sheet.opportunities, kept, moment)),
        told.disputes(),
    )


class _Account:
    def __init__(self, reader: Reader, kept: Sequence[Kept], moment: Moment) -> None:
        self._on = moment.on
        situations = [one for one in kept if isinstance(one, Situation) and one.valid_until > moment.on]
        self._situations = [one for one in situations if one.valid_from <= moment.on]
        named = {name for one in situations for name in parties_in(one.content)}
        contracts = frozenset(
            name for kind, _, name in (one.business.partition(":") for one in situations) if kind == "contract"
        )
        parties = parties_known(reader, named, moment.position)
        self._view = View(situations, moment.on, parties, KnownHere(account=True, contracts=contracts))
        self._rights = sorted(_in_effect(kept, moment.on), key=lambda one: (one.valid_from, one.opportunity_id or ""))

    def general(self) -> Business:
        """New business on no line in particular."""
        held = tuple(
            sorted((one for one in self._rights if one.kind in IN_CHARGE), key=lambda one: one.kind != IN_CHARGE[0])
        )
        return Business(held, (), (), self._others(None, None))

    def lines(self) -> tuple[ReservedLine, ...]:
        """The lines with a live claim, by name."""
        claims: defaultdict[str, list[Right]] = defaultdict(list)
        for one in self._rights:
            if one.kind == "opportunity_manager" and one.line is not None and one.status in (*RESERVED, "queued"):
                claims[one.line].append(one)
        found = []
        for line, rights in sorted(claims.items()):
            first = tuple(one for one in rights if one.status in RESERVED)
            beside = self._beside({one.opportunity_id for one in first}, line)
            waiting = tuple(one for one in rights if one.status == "queued")
            found.append(ReservedLine(line, Business(first, beside, waiting, self._others(line, None))))
        return tuple(found)

    def renewals(self) -> tuple[Renewal, ...]:
        """The live contracts, by id."""
        contracts: defaultdict[str, list[ContractSituation]] = defaultdict(list)
        for one in self._situations:
            if isinstance(one.content, ContractSituation):
                contracts[one.business.partition(":")[2]].append(one.content)
        return tuple(self._renewal(contract_id, contents) for contract_id, contents in sorted(contracts.items()))

    def _renewal(self, contract_id: str, contents: Iterable[ContractSituation]) -> Renewal:
        contract = concerned(contents, None)
        opportunities = {one.opportunity_id: None for one in sorted(contents, key=lambda one: one.place)}
        held = tuple(right for right in self._rights if right.contract_id == contract_id and right.status == "won")
        beside = self._beside({one.opportunity_id for one in contract}, None)
        return Renewal(
            contract_id,
            tuple(opportunities),
            tuple(sorted({line for one in contents for line in one.lines})),
            max(each.valid_until for each in self._view.of(f"contract:{contract_id}")),
            Business(held, beside, (), self._others(None, contract_id)),
        )

    def disputes(self) -> tuple[OpenDispute, ...]:
        """The disputes open on the day, by id."""
        contents = (one.content for one in self._situations)
        return next((one.disputes for one in contents if isinstance(one, GeneralSituation)), ())

    def _beside(self, opportunities: Iterable[str | None], line: str | None) -> tuple[Right, ...]:
        among = set(opportunities)
        return tuple(
            one
            for one in self._rights
            if one.kind in BESIDE and one.opportunity_id in among and (line is None or one.line in (None, line))
        )

    def _others(self, line: str | None, contract_id: str | None) -> Mapping[str, Verdict]:
        verdicts = {kind: self._view.outcome(Question(name, line, contract_id)) for kind, name in ANY_OTHER.items()}
        return {kind: verdict for kind, verdict in verdicts.items() if verdict is not None}


def _in_effect(kept: Iterable[Kept], on: date) -> list[Right]:
    return [
        one
        for one in kept
        if isinstance(one, Right) and one.valid_from <= on < one.valid_until and one.status not in OVER
    ]


def _incomplete(
    reader: Reader, account_id: str, opportunities: Sequence[OpportunitySheet], kept: Sequence[Kept], moment: Moment
) -> Iterable[IncompleteOpportunity]:
    """The opportunities that lack something and are not over: neither given up, nor lapsed with all their lines."""
    claims: defaultdict[str | None, list[Right]] = defaultdict(list)
    for one in kept:
        if isinstance(one, Right) and one.kind == "opportunity_manager" and one.valid_from <= moment.on:
            claims[one.opportunity_id].append(one)
    lacking = [sheet for sheet in opportunities if sheet.missing]
    given_up = _given_up(reader, account_id, moment) if lacking else set()
    for sheet in lacking:
        known = claims[sheet.opportunity_id]
        running = [claim for claim in known if claim.status not in OVER and moment.on < claim.valid_until]
        if sheet.opportunity_id in given_up or (known and not running):
            continue
        deadlines = [claim.deadline_on for claim in running if claim.deadline_on is not None]
        lines = sorted({claim.line for claim in running if claim.line is not None})
        yield IncompleteOpportunity(sheet, tuple(lines), max(deadlines, default=None))


def _given_up(reader: Reader, account_id: str, moment: Moment) -> set[str]:
    return {
        fact.event.data.opportunity_id
        for fact in facts_in_effect(reader, account_id, moment.position)
        if isinstance(fact.event, OpportunityAbandoned) and fact.effective_on <= moment.on
    }
