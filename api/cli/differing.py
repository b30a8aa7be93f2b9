"""Differences for somebody to read: who may call otherwise, what is owed otherwise, and which rights end and begin."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policies.calling import Verdict
from policies.days import FOREVER
from policies.impact import AmountMove, Impact, StreamMove
from policies.kept import Right
from policies.obligations import Owed
from projections.simulation.differences import AccountDifference
from projections.simulation.verdicts import VerdictChange

if TYPE_CHECKING:
    from rich.console import Console

MOST_NAMED = 6
"""How many parties stand in one cell."""

NOT_THERE = "-"

Row = Sequence[str]


@dataclass
class Told:
    """The rows of all accounts that differ, and how many were compared."""

    calling: list[Row] = field(default_factory=list)
    obligations: list[Row] = field(default_factory=list)
    rights: list[Row] = field(default_factory=list)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    streams: list[StreamMove] = field(default_factory=list)
    amounts: list[AmountMove] = field(default_factory=list)
    compared: int = 0
    changed: int = 0

    def add(self, found: AccountDifference) -> None:
        """Takes in what was found on an account."""
        self.compared += 1
        self.changed += bool(found)
        self.calling += _calling(found)
        self.obligations += _obligations(found)
        self.rights += _rights(found)
        self.streams += found.residuals.streams
        self.amounts += found.residuals.amounts
        self.verdicts.update((_word(one.before), _word(one.after)) for one in found.calling)

    def show(self, console: "Console", *, with_rights: bool | None) -> None:
        """Prints tables, and below them how many accounts would change.

        `with_rights`: whether rights are listed or just counted; None where that is done elsewhere.
        """
        from api.cli.console import table
        from api.cli.residuals import show_impact

        if self.calling:
            console.print("Who may call otherwise", style="bold")
            console.print(table("account", "who", "business", "before", "after", rows=self.calling))
            console.print()
        if self.obligations:
            console.print("What is owed otherwise", style="bold")
            console.print(table("account", "who", "what", "about", "before", "after", rows=self.obligations))
            console.print()
        if self.rights and with_rights:
            console.print("Rights that end (-) and begin (+)", style="bold")
            names = ("", "account", "right", "holder", "line", "status", "from", "until", "last day")
            console.print(table(*names, rows=self.rights, styled=5))
            console.print()
        if moved := Impact(tuple(self.streams), tuple(self.amounts)):
            show_impact(console, moved)
            console.print()
        self.sum_up(console, with_rights=with_rights)

    def sum_up(self, console: "Console", *, with_rights: bool | None) -> None:
        """How many accounts would change, and what becomes of how many verdicts."""
        from api.cli.console import table

        if len(self.verdicts) > 1:
            rows = [(*words, f"{count:,}") for words, count in self.verdicts.most_common()]
            console.print(table("before", "after", "rows above", rows=rows, right=[2]))
            console.print()
        if self.rights and with_rights is False:
            ends, begins = (sum(row[0] == sign for row in self.rights) for sign in "-+")
            console.print(f"{ends:,} intervals of rights end and {begins:,} begin: --rights lists them.")
        same = self.compared - self.changed
        console.print(f"{_accounts(self.compared)} compared: {self.changed:,} would change, {same:,} would not.")


def _calling(found: AccountDifference) -> Iterator[Row]:
    for one in found.calling:
        yield found.account_id, _who(one), _business(one), _outcome(one.before), _outcome(one.after)


def _obligations(found: AccountDifference) -> Iterator[Row]:
    for one in found.obligations:
        known = one.after or one.before
        if known is not None:
            what = known.obligation
            about = what.contract_id or what.opportunity_id or ""
            to = f" to {what.to_party_id}" if what.to_party_id else ""
            yield found.account_id, what.party_id, what.kind + to, about, _state(one.before), _state(one.after)


def _rights(found: AccountDifference) -> Iterator[Row]:
    signed = [("-", one) for one in found.changes.ended] + [("+", one) for one in found.changes.begun]
    rights = [(sign, one) for sign, one in signed if isinstance(one, Right)]
    for sign, one in sorted(
        rights, key=lambda pair: (pair[1].line or "", pair[1].holder, pair[1].valid_from, pair[0] == "+")
    ):
        until = "open" if one.valid_until == FOREVER else str(one.valid_until)
        last_day = "" if one.deadline_on is None or one.deadline_on == FOREVER else str(one.deadline_on)
        yield (
            sign, found.account_id, one.kind, one.holder, one.line or "", one.status, str(one.valid_from), until,
            last_day,
        )  # fmt: skip


def _who(change: VerdictChange) -> str:
    named = list(change.parties[:MOST_NAMED])
    if len(change.parties) > MOST_NAMED:
        named.append(f"{len(change.parties) - MOST_NAMED} more")
    return ", ".join([*named, *(f"any other {kind}" for kind in change.any_other)])


def _business(change: VerdictChange) -> str:
    if change.contract_id is not None:
        return f"renewal of {change.contract_id}" + (f", {change.line}" if change.line else "")
    return change.line or "in general"


def _word(outcome: Verdict | None) -> str:
    return NOT_THERE if outcome is None else outcome.verdict


def _outcome(outcome: Verdict | None) -> str:
    if outcome is None:
        return NOT_THERE
    condition = f", asking {outcome.agreement_of}" if outcome.agreement_of else ""
    opening = f", opens {outcome.opens_on}" if outcome.opens_on else ""
    contested = ", contested" if outcome.contested else ""
    return f"{outcome.verdict} ({outcome.rule}){condition}{opening}{contested}"


def _state(owed: Owed | None) -> str:
    if owed is None:
        return NOT_THERE
    due = f", due {owed.due_on}" if owed.due_on else ""
    return f"{owed.state} since {owed.since}{due}"


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count:,} accounts"
