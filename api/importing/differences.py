"""From a line of a list's file to the events that make the ledger say so: all of it where it is new, else what differs.

A file states what stands on sheets, not rights: it appoints managers and wins contracts only on an authority that is
given with it. What it can't say, or no longer may, is a reason to reject the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.importing.drafting import RawEvent
from api.importing.problems import Untakeable
from ledger.identifiers import new_event_id
from ledger.text import NAME_LENGTH

Said = Mapping[str, Any]
"""What a line says, by column; a column that the file doesn't have is not in it."""

SHEET = (
    "name",
    "stage",
    "amount",
    "currency",
    "probability",
    "expected_close_on",
    "next_milestone",
    "strategic",
    "region",
    "problem",
    "pain",
    "reasons",
    "impacts",
    "attributes",
)
CAPABILITIES = ("capability_1", "capability_2", "capability_3")
AWARDED = ("amount", "currency", "probability")
ENDS = {"lost": "business_lost", "abandoned": "opportunity_abandoned"}


@dataclass(frozen=True, slots=True)
class Context:
    """What every line of an import shares: the day from which changes hold, the file, who attests appointments."""

    on: date
    file: str
    attested_by: str | None = None
    registered: frozenset[str] | set[str] = frozenset()
    """Parties that were registered by lines before."""

    def event(
        self,
        type_: str,
        on: date,
        data: Mapping[str, Any],
        *,
        key: str,
        account_id: str | None = None,
        attested: str = "",
    ) -> RawEvent:
        """An event as a client would send it; what is None in its data is null."""
        raw = {
            "type": type_,
            "event_id": new_event_id(),
            "effective_on": on.isoformat(),
            "source": f"{self.file}#{key}{attested}"[:NAME_LENGTH],
        }
        if account_id is not None:
            raw["account_id"] = account_id
        return {**raw, "data": {name: _json(value) for name, value in data.items()}}


def party_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """A party is registered, or registered anew where a line describes it otherwise."""
    key = needed(said, "party_id")
    fields = ("name", "kind", "tier", "member_of")
    if now is not None and not differing(said, now, fields):
        return
    stated = {**(now or {}), **said}
    needed(stated, "name")
    data = {"party_id": key, **filled(stated, fields), "kind": stated.get("kind") or "contact"}
    yield context.event("party_registered", context.on if now else said.get("since") or context.on, data, key=key)


def account_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """An account is opened, renamed or elevated; that it was merged is told by `merger_events`."""
    key = needed(said, "account_id")
    if now is None:
        needed(said, "name")
        data = filled(said, ("name", "parent_account_id", "attributes"))
        yield context.event("account_opened", said.get("opened_on") or context.on, data, key=key, account_id=key)
    else:
        refuse(differing(said, now, ("parent_account_id", "opened_on", "attributes")), "is said by its opening")
        if now["major_since"] is not None:
            refuse(differing(said, now, ("major_since",)), "is said by its elevation")
        if now["merged_into"] is not None:
            refuse(differing(said, now, ("merged_into",)), "is said by its merger")
        if differing(said, now, ("name",)):
            data = {"name": needed(said, "name"), "reason": f"Renamed by {context.file}."}
            yield context.event("account_identity_changed", context.on, data, key=key, account_id=key)
    if said.get("major_since") is not None and (now is None or now["major_since"] is None):
        yield context.event("account_elevated", said["major_since"], {}, key=key, account_id=key)


def merger_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """That an account was merged into another; recorded once all accounts of the file are there."""
    into = said.get("merged_into")
    if into is not None and (now is None or now["merged_into"] is None):
        key = needed(said, "account_id")
        data = {"merged_into": into, "reason": f"Stated by {context.file}."}
        yield context.event("account_identity_changed", context.on, data, key=key, account_id=key)


def contact_events(said: Said, now: Said | None, party: Said | None, context: Context) -> Iterator[RawEvent]:
    """A contact is recorded, or recorded anew; the party that it is, is registered if nobody did before."""
    account_id, party_id = needed(said, "account_id"), needed(said, "party_id")
    key = f"{account_id} {party_id}"
    since = said.get("since") or context.on
    if party is None and party_id not in context.registered:
        data = {"party_id": party_id, "name": needed(said, "name"), "kind": "contact"}
        yield context.event("party_registered", since, data, key=key)
    elif party is not None and differing(said, party, ("name",)):
        if party["kind"] != "contact":
            refuse(["name"], f"is that of a party registered as {party['kind']}")
        data = {"party_id": party_id, **filled(party, ("kind", "member_of")), "name": needed(said, "name")}
        yield context.event("party_registered", context.on, data, key=key)
    fields = ("title", "email", "phone", "role", "attributes")
    if now is None or differing(said, now, fields):
        data = {"party_id": party_id, **filled({**(now or {}), **said}, fields)}
        on = since if now is None else max(context.on, now["since"])
        yield context.event("contact_recorded", on, data, key=key, account_id=account_id)


def opportunity_events(said: Said, now: Said | None, context: Context) -> Iterator[RawEvent]:
    """An opportunity is opened with its sheet, or its sheet revised in what differs; and its end, if it has one."""
    key = needed(said, "opportunity_id")
    if now is None:
        account_id = needed(said, "account_id")
        yield from _opened(said, key, account_id, context)
    else:
        account_id = now["account_id"]
        refuse(differing(said, now, ("account_id", "lead_id", "opened_on")), "is said by its opening")
        yield from _revised(said, now, key, context)
    manager = said.get("manager")
    if manager is not None and context.attested_by is not None and (now is None or now["manager"] is None):
        data = {
            "opportunity_id": key,
            "party_id": manager,
            "authorized_by": context.attested_by,
            "skills": True,
            "resources": True,
        }
        since = (said.get("opened_on") or context.on) if now is None else context.on
        yield context.event("opportunity_manager_appointed", since, data, key=key, account_id=account_id)
    yield from _ended(said, now, key, account_id, context)


def _opened(said: Said, key: str, account_id: str, context: Context) -> Iterator[RawEvent]:
    needed(said, "name")
    opened_on = said.get("opened_on") or context.on
    staged_on = said.get("stage_since") or opened_on
    later = said.get("stage") is not None and staged_on > opened_on
    out = {*(("stage",) if later else ()), *(AWARDED if said.get("state") == "won" else ())}
    fields = tuple(name for name in SHEET if name not in out)
    data = {"opportunity_id": key, **filled({**said, **_capabilities(said)}, (*fields, "lead_id", "capabilities"))}
    yield context.event("opportunity_opened", opened_on, data, key=key, account_id=account_id)
    if later:
        data = {"opportunity_id": key, "stage": said["stage"]}
        yield context.event("opportunity_revised", staged_on, data, key=key, account_id=account_id)


def _revised(said: Said, now: Said, key: str, context: Context) -> Iterator[RawEvent]:
    stated, standing = {**said, **_capabilities(said)}, {**now, **_capabilities(now)}
    changed = differing(stated, standing, (*SHEET, "capabilities"))
    if now["manager"] is not None:
        refuse(differing(said, now, ("manager",)), "changes by handover or reassignment")
    if not changed:
        return
    refuse([name for name in changed if name in AWARDED and now["state"] == "won"], "is what was awarded")
    if {"amount", "currency"} & set(changed):
        changed = list(dict.fromkeys((*changed, "amount", "currency")))
    data = {"opportunity_id": key, **{name: stated.get(name, standing[name]) for name in changed}}
    yield context.event("opportunity_revised", context.on, data, key=key, account_id=now["account_id"])


def _ended(said: Said, now: Said | None, key: str, account_id: str, context: Context) -> Iterator[RawEvent]:
    state, before = said.get("state") or "open", "open" if now is None else now["state"]
    if "state" not in said or state == before:
        if now is not None and before != "open":
            refuse(differing(said, now, ("closed_on", "closed_because")), f"is said by what made it {before}")
        return
    if before == "open" and state == "won" and context.attested_by is not None:
        yield from _awarded(needed(said, "awards"), key, account_id, context)
        return
    if before == "open" and state == "won":
        kind = "what was won is recorded on somebody's authority only"
        raise Untakeable(kind, f"{kind}: say who attests it, or record the award as an event")
    if before != "open" or state not in ENDS:
        detail = f"state {state!r} can't be reached from {before!r} by a file"
        raise Untakeable("a state that a file can't bring about", f"{detail}; record what happened as an event")
    data = {"opportunity_id": key, "reason": needed(said, "closed_because")}
    yield context.event(ENDS[state], said.get("closed_on") or context.on, data, key=key, account_id=account_id)


def _awarded(awards: Any, key: str, account_id: str, context: Context) -> Iterator[RawEvent]:
    for award in awards if isinstance(awards, list) else [awards]:
        if not isinstance(award, dict) or not isinstance(award.get("on"), str):
            raise Untakeable("awards is not a list of what was awarded, each with the day on which it was")
        data = {"opportunity_id": key, **{name: value for name, value in award.items() if name != "on"}}
        said = f", attested by {context.attested_by}"
        raw = context.event("business_awarded", context.on, data, key=key, account_id=account_id, attested=said)
        yield {**raw, "effective_on": award["on"]}


def _capabilities(said: Said) -> dict[str, Any]:
    """The capabilities as one field, if a line says anything of them."""
    if not any(name in said for name in CAPABILITIES):
        return {}
    return {"capabilities": [said[name] for name in CAPABILITIES if said.get(name) is not None] or None}


def differing(said: Said, now: Said, names: tuple[str, ...]) -> list[str]:
    """The columns in which a line says something else than the ledger."""
    return [name for name in names if name in said and said[name] != now.get(name)]


def filled(said: Said, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns in which a line says something."""
    return {name: said[name] for name in names if said.get(name) is not None}


def needed(said: Said, name: str) -> Any:
    """What a line says in a column. Raises Untakeable if it says nothing."""
    if said.get(name) is None:
        raise Untakeable(f"no {name}")
    return said[name]


def refuse(names: list[str], why: str) -> None:
    """Raises Untakeable if there are any such columns."""
    if names:
        raise Untakeable(f"{names[0]} can't be changed by a file", f"{names[0]} can't be changed by a file: it {why}")


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
