"""Subscribing: a wish is checked, and becomes a subscription. For every door."""

from __future__ import annotations

from dataclasses import replace

from api.webhooks.following import Following
from api.webhooks.subscriptions import CHANGES, EVENTS, Subscription, Subscriptions, Wish
from api.webhooks.targets import NotAllowed, Resolve, allowed_address, resolved, target
from api.wiring import RightsLedger
from ledger.events.catalogue import EVENT_TYPES
from ledger.store.errors import PositionAhead
from policies import changes
from projections.problems import InvalidCursor

MOST_WEBHOOKS = 1_000
MOST_OF_A_PARTY = 20
KNOWN_KINDS = {EVENTS: frozenset(EVENT_TYPES), CHANGES: frozenset(changes.CHANGES)}


class NotTaken(Exception):  # noqa: N818 - it is an answer, not a fault
    """A wish that can't be granted: the pointer to what is wrong with it (empty for the whole), and why."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer[1:] or 'it'} {detail}")
        self.pointer = pointer
        self.detail = detail


class TooMany(NotTaken):
    """There are as many subscriptions as there may be."""

    def __init__(self, most: int) -> None:
        super().__init__("", f"there are {most} webhooks already")


def subscribe(
    ledger: RightsLedger, wish: Wish, *, owner: str, by: str | None = None, resolve: Resolve = resolved
) -> Subscription:
    """The subscription that grants the wish, of a party that sees only its own, or of an insider. Raises NotTaken.

    A party's may go to public addresses only, whatever the settings allow to others, and an account or a line that it
    has nothing to do with, or that there isn't, has nothing to tell it.
    """
    try:
        allowed_address(target(wish.url), resolve, ledger.settings.networks_for(wish.party_id))
    except NotAllowed as error:
        raise NotTaken("/url", str(error)) from None
    for place, kind in enumerate(wish.kinds):
        if kind not in KNOWN_KINDS[wish.feed]:
            raise NotTaken(f"/kinds/{place}", f"must be one of the kinds of {wish.feed}, and {kind[:60]!r} is none")
    if wish.line is not None and wish.feed != CHANGES:
        raise NotTaken("/line", "is for the feed of changes: events are not of a line")
    _check_known(ledger, wish)
    subscriptions = Subscriptions(ledger.store)
    most = MOST_WEBHOOKS if wish.party_id is None else MOST_OF_A_PARTY
    if sum(one.party_id == wish.party_id for one in subscriptions.all(wish.party_id)) >= most:
        raise TooMany(most)
    return subscriptions.add(wish, owner=owner, cursor=beginning(ledger, wish, wish.after, by))


def _check_known(ledger: RightsLedger, wish: Wish) -> None:
    known = ledger.read.known
    if wish.party_id is not None:
        if known("party", wish.party_id) is None:
            raise NotTaken("/party_id", f"names the party {wish.party_id!r}, which the ledger does not know")
    elif wish.account_id is not None and known("account", wish.account_id) is None:
        raise NotTaken("/account_id", f"names the account {wish.account_id!r}, which the ledger does not know")


def beginning(ledger: RightsLedger, wanted: Wish | Subscription, after: str, by: str | None = None) -> str:
    """The place of the ledger that `after` means, said by the party whose it is, or by an insider. Raises NotTaken.

    A party names the places that it is told; insiders name the ledger's, for whomever a subscription is.
    """
    try:
        return Following(ledger).of(wanted if by is not None else replace(wanted, party_id=None)).begin(after)
    except InvalidCursor:
        raise NotTaken("/after", f"must be a position, or a cursor of the feed of {wanted.feed}") from None
    except PositionAhead as error:
        raise NotTaken("/after", f"is beyond position {error.head}, the last there is") from None
