"""Own answers: each question as it is answered to a caller who sees only what is its own party's.

They are read from the same kept answers and put into models of their own. Positions are the party's own, pages are
counted from their beginning, and what is another's is answered as what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import orjson
from starlette.responses import Response

from api import answers
from api.http.access import Access
from api.http.paging import not_this_cursor
from api.http.problem_kinds import NOT_ALLOWED, UNKNOWN_SUBJECT
from api.http.problems import Problem
from api.http.questions import Listing, Question
from api.http.sending import send
from api.identity.belongings import Belongings
from policies.kept import Right
from policies.obligations import Owed
from policies.rulebook import RULES
from policies.sentences import sentence
from projections import calling, obligations, rights
from projections.asking import Moment, Page
from projections.calling import CallingAnswer
from projections.problems import UnknownSubject

AT_ONCE = 1_000
MOST_DIGITS = 9

SALES_OPERATIONS = "sales operations"
NOT_YOURS = "You may ask about your own party only."
NO_SUCH_CONTRACT = "There is no contract of yours with this id on this account."

OWN_MANAGER = frozenset({"CALL-PRIME"})
"""Rules by which the agreement of the own opportunity manager is needed."""

SAYS = {"CALL-AFTER-LAPSE": "Open to all parties: an earlier claim has lapsed."}
"""Sentences that would else tell of another's claim."""

Told = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class OwnView:
    """What the caller's party may see, at the moment of a question."""

    access: Access
    belongings: Belongings
    at: Moment

    @property
    def position(self) -> int:
        """The party's own position."""
        return self.belongings.own_position


def view(asked: Question, access: Access) -> OwnView:
    """The view of a question: `known_at` is an instant, or one of the party's own positions. May wait.

    Raises PositionAhead, InstantAhead, StoreError.
    """
    today = access.ledger.today()
    party_id = access.caller.party_id or ""
    position = access.read.resolve(asked.known_at if isinstance(asked.known_at, datetime) else None)
    belongings = Belongings(access.read, party_id, position, today)
    if isinstance(asked.known_at, int):
        position = belongings.position_of(asked.known_at)
        belongings = Belongings(access.read, party_id, position, today)
    return OwnView(access, belongings, Moment(asked.on or today, position))


def check_own(seen: OwnView, party_id: str) -> None:
    """Raises Problem, the same for a party that is another and for one that is none."""
    if party_id not in seen.belongings.parties:
        raise Problem(NOT_ALLOWED, NOT_YOURS)


def page(asked: Listing, seen: OwnView, items: Iterable[Told]) -> Response:
    """A page of items; the cursor counts them."""
    shown, following = part(asked, items)
    return send({"items": shown, "next": following, "position": seen.position})


def part(asked: Listing, items: Iterable[Item]) -> tuple[list[Item], str | None]:
    """What of the items the page shows, and the cursor of the next page. Raises Problem for what is no cursor."""
    start = 0
    if asked.after is not None:
        if not (asked.after.isascii() and asked.after.isdecimal()) or len(asked.after) > MOST_DIGITS:
            raise not_this_cursor()
        start = int(asked.after)
    end = start + asked.limit
    shown = list(islice(items, start, end + 1))
    return shown[: asked.limit], str(end) if len(shown) > asked.limit else None


# ---- calling --------------------------------------------------------------------------------------------------------


def calling_right(asked: Any, access: Access) -> Response:
    """May the caller's party call? Raises Problem, UnknownSubject for an account that is none."""
    return send(_one(asked, view(asked, access)))


def _one(asked: Any, seen: OwnView) -> Told:
    check_own(seen, asked.party_id)
    read, account_id, party_id = seen.access.read, asked.account_id, asked.party_id
    if asked.contract_id is not None and not _may_name(asked, seen):
        raise Problem(UNKNOWN_SUBJECT, NO_SUCH_CONTRACT, [{"parameter": "contract_id", "detail": NO_SUCH_CONTRACT}])
    return _calling(calling.calling_right(read, account_id, party_id, seen.at, asked.line, asked.contract_id), seen)


def _may_name(asked: Any, seen: OwnView) -> bool:
    """Whether a contract is one of the party's, or of an account that it is in charge of."""
    read, account_id = seen.access.read, asked.account_id
    if seen.belongings.parts(account_id).has_contract(asked.contract_id):
        return True
    if calling.calling_right(read, account_id, asked.party_id, seen.at).verdict.rule != "CALL-MAM":
        return False
    known_as = read.known("contract", asked.contract_id, at=seen.at.position)
    return known_as is not None and known_as.account_id == account_id


def calling_rights(asked: Question, given: Sequence[Any], access: Access) -> Response:
    """The same for many questions. Raises Problem that points to the first that is not of the own party, or unknown."""
    overall = view(asked, access)
    views: dict[Any, OwnView] = {asked.known_at: overall}
    told = []
    for place, one in enumerate(given):
        known_at = asked.known_at if one.known_at is None else one.known_at
        if known_at not in views:
            views[known_at] = view(Question.model_construct(on=None, known_at=known_at), access)
        seen = replace(views[known_at], at=Moment(one.on or overall.at.on, views[known_at].at.position))
        try:
            told.append(_one(one, seen))
        except (Problem, UnknownSubject) as error:
            raise _at_its_place(error, place) from error
    return send({"items": told, "next": None, "position": overall.position})


def _at_its_place(error: Problem | UnknownSubject, place: int) -> Problem:
    if isinstance(error, UnknownSubject):
        return Problem(UNKNOWN_SUBJECT, f"/questions/{place} names a subject that the ledger does not know.")
    return Problem(error.kind, error.detail, [{"pointer": f"/questions/{place}", "detail": error.detail}])


def callable_accounts(asked: Any, access: Access) -> Response:
    """The accounts that the caller's party may call on."""
    seen = view(asked, access)
    check_own(seen, asked.party_id)

    def ask(after: str | None) -> Page[CallingAnswer]:
        return calling.callable_accounts(
            access.read, asked.party_id, seen.at, line=asked.line, after=after, limit=AT_ONCE
        )

    return page(asked, seen, [_calling(one, seen) for one in every(ask)])


def _calling(found: CallingAnswer, seen: OwnView) -> Told:
    question, verdict = found.question, found.verdict
    own_manager = verdict.agreement_of if verdict.rule in OWN_MANAGER else None
    facts = {"line": question.line or "", "opens_on": "" if verdict.opens_on is None else verdict.opens_on.isoformat()}
    says = SAYS.get(verdict.rule) or sentence(verdict.rule, {name: value for name, value in facts.items() if value})
    return {
        "account_id": question.account_id,
        "party_id": question.party_id,
        "line": question.line,
        "contract_id": question.contract_id,
        "on": question.moment.on,
        "known_at": seen.position,
        "verdict": verdict.verdict,
        "rule": verdict.rule,
        "opens_on": verdict.opens_on,
        "agreement_of": own_manager,
        "ask": None if verdict.verdict == "allowed" else own_manager or SALES_OPERATIONS,
        "incomplete": [
            {"opportunity_id": one.opportunity_id, "missing": list(one.missing)} for one in verdict.incomplete
        ],
        "reasons": [{"rule": verdict.rule, "clause": RULES[verdict.rule].clause, "says": says}],
        "obligations": [_owed(one) for one in found.obligations],
    }


# ---- rights and obligations -----------------------------------------------------------------------------------------


def party_rights(asked: Any, access: Access) -> Response:
    """What the caller's party holds."""
    seen = view(asked, access)
    check_own(seen, asked.party_id)
    return page(asked, seen, [_right(one) for one in _held(seen, [asked.party_id])])


def account_rights(asked: Any, access: Access) -> Response:
    """What the caller's party holds on an account; nothing, on one that is none."""
    seen = view(asked, access)
    held = _held(seen, sorted(seen.belongings.parties))
    return page(asked, seen, [_right(one) for one in held if one.account_id == asked.account_id])


def account_timeline(asked: Any, access: Access) -> Response:
    """The history of what the caller's party held on an account; with `on`, what holds on that day."""
    seen = view(asked, access)

    def ask(after: str | None) -> Page[Right]:
        return rights.timeline(access.read, asked.account_id, seen.at.position, after=after, limit=AT_ONCE)

    own = [one for one in every(ask) if one.holder in seen.belongings.parties]
    wanted = [one for one in own if asked.on is None or one.valid_from <= asked.on < one.valid_until]
    return page(asked, seen, [_right(one) for one in wanted])


def owed(asked: Any, access: Access) -> Response:
    """What the caller's party owes."""
    seen = view(asked, access)
    if asked.party_id is not None:
        check_own(seen, asked.party_id)
    found: dict[bytes, Told] = {}
    for party_id in sorted(seen.belongings.parties if asked.party_id is None else {asked.party_id}):

        def ask(after: str | None, party_id: str = party_id) -> Page[Owed]:
            return obligations.obligations(access.read, seen.at, party_id=party_id, after=after, limit=AT_ONCE)

        for one in map(_owed, every(ask)):
            if asked.account_id in (None, one["account_id"]):
                found[orjson.dumps(one)] = one
    return page(asked, seen, list(found.values()))


def _held(seen: OwnView, parties: Iterable[str]) -> list[Right]:
    found: list[Right] = []
    for party_id in parties:

        def ask(after: str | None, party_id: str = party_id) -> Page[Right]:
            return rights.rights_of_party(seen.access.read, party_id, seen.at, after=after, limit=AT_ONCE)

        found += every(ask)
    return found


def every(ask: Callable[[str | None], Page[Item]]) -> Iterator[Item]:
    """All pages of an answer, read as they are wanted; nothing, of a subject that the ledger did not know."""
    after: str | None = None
    while True:
        try:
            one = ask(after)
        except UnknownSubject:
            return
        yield from one.items
        after = one.next
        if after is None:
            return


def _right(held: Right) -> Told:
    told = answers.right(held)
    del told["reasons"]  # they name the events of others
    return told


def _owed(due: Owed) -> Told:
    obligation = due.obligation
    return {
        "kind": obligation.kind,
        "rule": obligation.rule,
        "party_id": obligation.party_id,
        "account_id": obligation.account_id,
        "state": due.state,
        "hard": obligation.hard,
        "since": due.since,
        "due_on": due.due_on,
        "opportunity_id": obligation.opportunity_id,
        "contract_id": obligation.contract_id,
    }
