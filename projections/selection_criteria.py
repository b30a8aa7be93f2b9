"""Customer selection criteria: the set of a day, the scores of an account, and the accounts in their order.

Read from the log: sets and scores by the index of their types, an account's scores from its own facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from ledger.recorded import Recorded
from ledger.store import Reader
from policies.selection_criteria import Ranked, Scorecard, SelectionCriteria, criteria_on, ranking, scorecard
from projections.asking import Moment, Page
from projections.live_facts import facts_of_account, facts_of_types, slice_after
from projections.parties import Rows
from projections.problems import UnknownSubject

CONFIGURED = ("selection_criteria_configured",)
SCORED = ("customer_scored",)


def criteria_known(
    rows: Rows, position: int, *, pending: list[Recorded], is_withdrawn: Callable[[str], bool]
) -> list[Recorded]:
    """The sets as known while events are taken in: those recorded up to a position and those not written yet."""
    known = [*facts_of_types(rows, CONFIGURED, position), *pending]
    return [fact for fact in known if not is_withdrawn(fact.event_id)]


def selection_criteria(reader: Reader, moment: Moment) -> SelectionCriteria:
    """The set in effect on the day."""
    return criteria_on(facts_of_types(reader.rows, CONFIGURED, moment.position), moment.on)


def account_scorecard(reader: Reader, account_id: str, moment: Moment) -> tuple[Scorecard, SelectionCriteria]:
    """How an account scores on the day. Raises UnknownSubject."""
    if reader.known("account", account_id, at=moment.position) is None:
        raise UnknownSubject("account", account_id)
    criteria = selection_criteria(reader, moment)
    facts = facts_of_account(reader, account_id, SCORED, moment.position)
    return scorecard(account_id, facts, criteria, moment.on), criteria


def accounts_ranked(reader: Reader, moment: Moment, *, after: str | None = None, limit: int = 100) -> Page[Ranked]:
    """The accounts that have a score by the day, the best first. Raises InvalidCursor."""
    criteria = selection_criteria(reader, moment)
    by_account: defaultdict[str, list[Recorded]] = defaultdict(list)
    for fact in facts_of_types(reader.rows, SCORED, moment.position):
        if fact.account_id is not None and fact.effective_on <= moment.on:
            by_account[fact.account_id].append(fact)
    cards = (scorecard(account_id, facts, criteria, moment.on) for account_id, facts in by_account.items())
    return slice_after([(one.card.account_id, one) for one in ranking(cards)], after, limit)
