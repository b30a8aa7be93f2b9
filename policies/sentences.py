"""Sentences: what a reason says to a salesperson, built from its facts. No party's name stands in one."""

from __future__ import annotations

from collections.abc import Callable

from policies.selection_sentences import selected
from policies.wording import Facts, day, listed


def sentence(rule: str, facts: Facts) -> str:
    """The sentence for a rule with the facts of the case."""
    return _SENTENCES[rule](facts)


def _established(facts: Facts) -> str:
    if facts.get("missing"):
        return f"The claim is incomplete and reserves nothing yet; it still lacks {listed(facts['missing'])}."
    return f"The claim was established on {day(facts.get('established_on'))}."


def _clock(facts: Facts) -> str:
    start = f"forecast of {day(facts.get('forecast_on'))} expected the award on {day(facts.get('anchor'))}"
    if facts.get("extended_on"):
        start = f"the extension granted on {day(facts['extended_on'])} expects the award on {day(facts.get('anchor'))}"
    if facts.get("lost_on"):
        start = f"the loss of {day(facts['lost_on'])} started the clock"
    return f"{start}, plus {facts.get('days')} days"


def _grace(facts: Facts) -> str:
    return f"Reserved for the opportunity manager until {day(facts.get('deadline'))}: {_clock(facts)}."


def _lapsed(facts: Facts) -> str:
    return f"The claim lapsed after {day(facts.get('deadline'))}: {_clock(facts)}, and no award in time."


def _after_lapse(facts: Facts) -> str:
    return f"Open to all parties: an earlier claim lapsed on {day(facts.get('lapsed_on'))} ({_clock(facts)})."


def _reserved(facts: Facts) -> str:
    opens = f"it opens on {day(facts['opens_on'])}" if facts.get("opens_on") else "no date is known on which it opens"
    return f"{_business(facts)} is reserved for another party; {opens}. Sales operations answer questions."


def _queued(facts: Facts) -> str:
    opens = (
        f"Your turn comes on {day(facts['opens_on'])}" if facts.get("opens_on") else "No date is known for your turn"
    )
    return f"Your claim on {_business(facts)} waits behind one established earlier. {opens}."


def _business(facts: Facts) -> str:
    return facts.get("line") or "this business"


def _won(facts: Facts) -> str:
    if facts.get("ended_on"):
        return f"The contract ended on {day(facts['ended_on'])}."
    awarded = f"{_business(facts)} was awarded on {day(facts.get('on'))} while the claim was live"
    return f"{awarded}, on contract {facts.get('contract_id')}."


def _share(facts: Facts) -> str:
    until = f" until {day(facts['until'])}" if facts.get("until") else ""
    return f"Revenue share {facts.get('agreement_id', '')} has been in force since {day(facts.get('since'))}{until}."


def _residual(facts: Facts) -> str:
    return (
        f"{_contract(facts)} was won with a renewal: since {day(facts.get('on'))} its residual revenue goes to whoever "
        "managed the opportunity at the award, or to whom it was moved."
    )


def _contract(facts: Facts) -> str:
    return f"Contract {facts['contract_id']}" if facts.get("contract_id") else "The contract"


def _base(facts: Facts) -> str:
    if facts.get("lines"):
        return f"It earns on what was won while the claim was live: {listed(facts['lines'])}."
    return "None of the lines renewed was won while a claim was live."


_NOBODY = {
    "ended": "The contract had ended before this period began",
    "award": "The award of this contract no longer counts",
    "terms": "No renewal was agreed when this contract was awarded",
    "claim": "No line of this contract had been won while a claim was live",
}


def _fixed(text: str) -> Callable[[Facts], str]:
    return lambda _: text


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "OM-QUALIFIED": _fixed("Appointed opportunity manager, with authority, skills and resources stated."),
    "OM-ESTABLISHED": _established,
    "OM-FORECAST-ONLY": lambda f: f"The forecast of {day(f.get('on'))} no longer names {_business(f)}.",
    "OM-GRACE": _grace,
    "OM-LAPSED": _lapsed,
    "OM-WON": _won,
    "OM-ABANDON": lambda f: f"The opportunity was given up on {day(f.get('on'))}.",
    "OM-QUEUE": lambda f: f"A claim on {_business(f)} established earlier comes first until {day(f.get('until'))}.",
    "MAM-IN-CHARGE": lambda f: f"In charge of the account since {day(f.get('on'))}.",
    "MAM-SETTLE": _fixed(
        "A Major Account Manager is in charge: hand the opportunity over to them, or agree a revenue share with them."
    ),
    "SHARE-MAM": _fixed("A revenue share with the Major Account Manager is in force."),
    "GROWTH": lambda f: (
        f"Holds the growth right: an account plan developed and executed, complete since {day(f.get('since'))}."
    ),
    "HANDOVER": lambda f: f"Took over as opportunity manager by the handover of {day(f.get('on'))}.",
    "REASSIGN": lambda f: f"Reassigned on {day(f.get('on'))} for the coverage goal “{f.get('coverage_goal')}”.",
    "SHARE": _share,
    "PRIME": lambda f: (
        f"Included on {day(f.get('on'))} as a partner whose {_business(f)} is resold by the prime contractor."
    ),
    "CO-SELL": lambda f: f"Included on {day(f.get('on'))} as co-sell partner for {_business(f)}.",
    "CO-SELL-COPIES": _fixed("A co-sell partner gives copies of its quotes and contracts, as a courtesy."),
    "RESIDUAL": _residual,
    "RESIDUAL-BASE": _base,
    "RESIDUAL-SHARE": lambda f: f"Split by revenue share {f.get('agreement_id', '')}, in force when the period began.",
    "RESIDUAL-NOBODY": lambda f: f"{_NOBODY[f.get('why', 'claim')]}: no one is entitled to it.",
    "CALL-MAM": _fixed("You are in charge of the account and may call for any business."),
    "CALL-OM": lambda f: f"{_business(f)} is reserved for you.",
    "CALL-CO-SELL": lambda f: f"You co-sell {_business(f)} in this opportunity.",
    "CALL-PRIME": lambda f: (
        f"{_business(f)} is resold by the opportunity manager as prime contractor: call with their agreement."
    ),
    "CALL-TEAMING": _fixed("You take part in a revenue share in force on this opportunity."),
    "CALL-UNSHARED": _fixed(
        "The manager's further business was not shared with partners, so partners are free to call."
    ),
    "CALL-RESERVED": _reserved,
    "CALL-QUEUED": _queued,
    "CALL-MAM-AGREEMENT": _fixed("A Major Account Manager is in charge of the account: call with their agreement."),
    "CALL-GROWTH": _fixed("You hold the growth right of the account."),
    "CALL-PARTNER-FREE": _fixed("Nobody forecast this business, and partners are free to call."),
    "CALL-GROWTH-AGREEMENT": _fixed("Another party holds the account's growth right: call with their agreement."),
    "CALL-AFTER-LAPSE": _after_lapse,
    "CALL-BEYOND-FORECAST": _fixed("Claims on the account cover other business; this is beyond what was forecast."),
    "CALL-OPEN": _fixed("Nobody holds a claim on the account."),
    "CALL-CO-SELL-RENEWAL": lambda f: f"The renewal of {_business(f)} is yours as co-sell partner.",
    "CALL-HANDS-OFF": lambda f: (
        f"The renewal of {_business(f)} is the co-sell partner's: the opportunity manager keeps off it."
    ),
    "CALL-RENEWAL": _fixed("You hold the right on this contract."),
    "CALL-RENEWAL-RESERVED": lambda f: (
        "The renewal is reserved for another party; "
        + (f"it opens on {day(f['opens_on'])}." if f.get("opens_on") else "no date is known on which it opens.")
    ),
    "OUTCOME": selected,
    "SELECT": selected,
}

KNOWN_SENTENCES = frozenset(_SENTENCES)
