"""Reviews and actions: how an opportunity stands in its reviews, and what is to be done over all opportunities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.recorded import Recorded
from ledger.store import Reader
from policies.actions import UNFINISHED, Action, read_actions
from policies.figures import Figures
from policies.reviews import Reviewing, reviewing
from policies.staleness import LastActivity, last_activities
from projections.asking import Moment, Page
from projections.figures import settings
from projections.live_facts import facts_of_account, facts_of_opportunity, facts_of_types, slice_after
from projections.parties import parties_known
from projections.problems import UnknownSubject

ACTION_TYPES = ("opportunity_reviewed", "action_agreed", "action_done", "action_dropped")


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """The reviews of an opportunity, and its latest engagement and coordination."""

    opportunity_id: str
    account_id: str
    moment: Moment
    reviewing: Reviewing
    activities: tuple[LastActivity, ...]


@dataclass(frozen=True, slots=True)
class ActionsAsked:
    """Which actions: to be done by a party or one that acts as it, on an account, in a state; None asks for all.

    The state `unfinished` stands for open and overdue.
    """

    party_id: str | None = None
    account_id: str | None = None
    state: str | None = None


def review_sheet(reader: Reader, opportunity_id: str, moment: Moment) -> ReviewSheet:
    """The reviews of an opportunity as they stand on the day. Raises UnknownSubject."""
    account_id, facts = facts_of_opportunity(reader, opportunity_id, moment.position)
    figures = Figures(settings(reader.rows, moment.position))
    activities = last_activities(facts, figures, moment.on)
    return ReviewSheet(opportunity_id, account_id, moment, reviewing(facts, moment.on), activities)


def actions(
    reader: Reader, moment: Moment, asked: ActionsAsked, *, after: str | None = None, limit: int = 100
) -> Page[Action]:
    """The actions agreed by the day, those due first at the head. Raises UnknownSubject, InvalidCursor."""
    known = read_actions(_facts(reader, asked.account_id, moment.position)).values()
    agreed = [found for action in known if (found := action.on(moment.on)) is not None]
    wanted = [action for action in agreed if _is_in(action, asked.state, moment)]
    if asked.party_id is not None:
        wanted = list(_of_party(reader, asked.party_id, wanted, moment))
    wanted.sort(key=lambda action: (action.due_on, action.account_id, action.opportunity_id, action.action_id))
    return slice_after([(f"{action.opportunity_id} {action.action_id}", action) for action in wanted], after, limit)


def _facts(reader: Reader, account_id: str | None, position: int) -> list[Recorded]:
    if account_id is None:
        return facts_of_types(reader.rows, ACTION_TYPES, position)
    if reader.known("account", account_id, at=position) is None:
        raise UnknownSubject("account", account_id)
    return facts_of_account(reader, account_id, ACTION_TYPES, position)


def _is_in(action: Action, state: str | None, moment: Moment) -> bool:
    stands = action.state(moment.on)
    return state in (None, stands) or (state == "unfinished" and stands in UNFINISHED)


def _of_party(reader: Reader, party_id: str, agreed: list[Action], moment: Moment) -> Iterator[Action]:
    parties = parties_known(reader, {party_id, *(action.who for action in agreed)}, moment.position)
    if parties.version(party_id, moment.on) is None:
        raise UnknownSubject("party", party_id)
    acting = parties.acting_as(party_id, moment.on)
    return (action for action in agreed if parties.acting_as(action.who, moment.on) == acting)
