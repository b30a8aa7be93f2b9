"""Facts: what stands under `given` and `when`, as the events that a client would send."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.phrases import DAY, Parts, UnreadableError, read, several

Stated = tuple[str, dict[str, Any]]
"""An event's type and data."""

GLOBAL = frozenset({"party_registered", "policy_figure_set"})


def _lines(text: str, amount: str = "1000.00") -> list[dict[str, str]]:
    return [{"line": line, "amount": amount} for line in several(text)]


def _forecast(part: Parts) -> Stated:
    data: dict[str, Any] = {"opportunity_id": part["opportunity"], "currency": "USD"}
    if "until" in part:
        data["expected_award_on"] = part["until"]
    data["lines"] = _lines(part["lines"], part.get("amount", "1000.00")) if "lines" in part else []
    return "forecast_recorded", data


def _appointed(part: Parts, **lacking: Any) -> Stated:
    assured = {"authorized_by": "sales management", "skills": True, "resources": True}
    return "opportunity_manager_appointed", {
        "opportunity_id": part["opportunity"],
        "party_id": part["who"],
        **assured,
        **lacking,
    }


def _engaged(part: Parts) -> Stated:
    who = {"party_id": part["who"]}
    return "engagement_recorded", {"opportunity_id": part["opportunity"], **who, "activity": "visit"}


def _planned(part: Parts) -> Stated:
    return "opportunity_plan_adopted", {"opportunity_id": part["opportunity"], "plan_ref": "plan"}


def _coordinated(part: Parts) -> Stated:
    others = list(several(part["others"])) if "others" in part else []
    return "coordination_recorded", {"opportunity_id": part["opportunity"], "with": others, "activity": "call"}


def _established(part: Parts) -> list[Stated]:
    return [_appointed(part), _engaged(part), _planned(part), _coordinated(part), _forecast(part)]


def _awarded(part: Parts) -> Stated:
    data: dict[str, Any] = {
        "opportunity_id": part["opportunity"],
        "contract_id": part["contract"],
        "currency": "USD",
        "lines": _lines(part["lines"]),
    }
    if "months" in part:
        data["renewal"] = {"every_months": int(part["months"]), "first_on": part["until"]}
    return "business_awarded", data


def _renewed(part: Parts) -> Stated:
    period = {"period_from": part["day"], "period_until": part["until"]}
    lines = _lines(part["lines"])
    return "contract_renewed", {"contract_id": part["contract"], **period, "currency": "USD", "lines": lines}


def _proposed(part: Parts) -> Stated:
    data: dict[str, Any] = {
        "opportunity_id": part["opportunity"],
        "agreement_id": part["agreement"],
        "proposed_by": part["who"],
        "shares": [
            dict(zip(("party_id", "percent"), share.split(), strict=True)) for share in part["shares"].split(" / ")
        ],
        "from": part["day"],
    }
    return "revenue_share_proposed", data | ({"until": part["until"]} if "until" in part else {})


def _included(role: str) -> Callable[[Parts], Stated]:
    return lambda part: (
        "partner_included",
        {
            "opportunity_id": part["opportunity"],
            "partner_id": part["who"],
            "role": role,
            "lines": list(several(part["lines"])),
        },
    )


def _registered(part: Parts) -> Stated:
    data = {"party_id": part["who"], "name": part["who"].title(), "kind": part["kind"]}
    return "party_registered", data | ({"tier": part["tier"]} if "tier" in part else {})


def _member(part: Parts) -> Stated:
    data = {"party_id": part["who"], "name": part["who"].title(), "kind": part["kind"]}
    return "party_registered", {**data, "member_of": part["whom"]}


def _figure(part: Parts) -> Stated:
    numbers = [int(number) for number in several(part["numbers"])]
    value = numbers if len(numbers) > 1 else numbers[0]
    return "policy_figure_set", {"figure": part["figure"], "value": value, "reason": "decided"}


def _disputed(part: Parts) -> Stated:
    names = {"opportunity": "opportunity_id", "line": "line", "contract": "contract_id"}
    subject = {name: part[word] for word, name in names.items() if word in part}
    return "dispute_opened", {
        "dispute_id": part["dispute"],
        "opened_by": part["who"],
        "subject": subject,
        "claim": "ours",
    }


def _of(type_: str, more: Mapping[str, Any] | None = None, **named: str) -> Callable[[Parts], Stated]:
    """An event whose data are the parts of the phrase, under the names given, and some fixed values."""
    return lambda part: (type_, {**{name: part[word] for name, word in named.items()}, **(more or {})})


def _moved(residuals: bool | None, *, reassigned: bool) -> Callable[[Parts], Stated]:
    more: dict[str, Any] = {} if residuals is None else {"residuals": residuals}
    if not reassigned:
        return _of("opportunity_handed_over", more, opportunity_id="opportunity", to_party_id="who")
    more["authorized_by"] = "sales management"
    named = {"opportunity_id": "opportunity", "to_party_id": "who", "coverage_goal": "text"}
    return _of("opportunity_reassigned", more, **named)


_GIVEN = {"reason": "stated"}

FACTS: Mapping[str, Callable[[Parts], Stated | list[Stated]]] = {
    "{who} registered as {kind} of {whom}": _member,
    "{who} registered as {kind}[ of tier {tier}]": _registered,
    "figure {figure} set to {numbers}": _figure,
    "account elevated": _of("account_elevated"),
    "{who} put in charge": _of("major_account_manager_appointed", party_id="who"),
    "{who} put in charge, grown from {opportunity}": _of(
        "major_account_manager_appointed", party_id="who", elevated_from="opportunity"
    ),
    "charge released": _of("major_account_manager_released", _GIVEN),
    "{who} develops an account plan": _of("account_plan_developed", {"plan_ref": "plan"}, party_id="who"),
    "{who} executes the account plan": _of("account_plan_executed", {"milestone": "one"}, party_id="who"),
    "account renamed {text}": _of("account_identity_changed", _GIVEN, name="text"),
    "{opportunity} opened": _of("opportunity_opened", opportunity_id="opportunity", name="opportunity"),
    "{who} establishes {opportunity} on {lines} expected {until}": _established,
    "{who} appointed to {opportunity}": _appointed,
    "{who} appointed to {opportunity} by nobody": lambda part: _appointed(part, authorized_by=" "),
    "{who} appointed to {opportunity} without skills": lambda part: _appointed(part, skills=False),
    "{who} appointed to {opportunity} without resources": lambda part: _appointed(part, resources=False),
    "{who} engaged on {opportunity}": _engaged,
    "plan adopted for {opportunity}": _planned,
    "{opportunity} coordinated[ with {others}]": _coordinated,
    "{opportunity} shared with {others}": lambda part: (
        "activity_shared",
        {"opportunity_id": part["opportunity"], "partners": list(several(part["others"])), "activity": "workshop"},
    ),
    "{opportunity} forecasts nothing expected {until}": _forecast,
    "{opportunity} forecasts {lines}[ at {amount}] expected {until}": _forecast,
    "{opportunity} forecasts {lines} without a date": _forecast,
    "{opportunity} extended to {until}": _of(
        "forecast_extension_granted",
        {"granted_by": "sales management", "reason": "stated"},
        opportunity_id="opportunity",
        expected_award_on="until",
    ),
    "{opportunity} awarded {lines} on {contract}[, renewing every {months} months from {until}]": _awarded,
    "{opportunity} lost": _of("business_lost", _GIVEN, opportunity_id="opportunity"),
    "{opportunity} abandoned": _of("opportunity_abandoned", _GIVEN, opportunity_id="opportunity"),
    "{opportunity} handed over to {who}": _moved(None, reassigned=False),
    "{opportunity} handed over to {who} with residuals": _moved(residuals=True, reassigned=False),
    "{opportunity} reassigned to {who} for {text}": _moved(None, reassigned=True),
    "share {agreement} on {opportunity} proposed by {who}, {shares}, from {day}[ until {until}]": _proposed,
    "{who} accepts {agreement}": _of("revenue_share_accepted", agreement_id="agreement", party_id="who"),
    "{who} declines {agreement}": _of("revenue_share_declined", agreement_id="agreement", party_id="who"),
    "{who} ends {agreement}": _of("revenue_share_ended", agreement_id="agreement", party_id="who"),
    "{who} co-sells {lines} in {opportunity}": _included("co_sell"),
    "{who} is resold for {lines} in {opportunity}": _included("prime_resale"),
    "{who} released from {opportunity}": _of(
        "partner_released", _GIVEN, partner_id="who", opportunity_id="opportunity"
    ),
    "{who} sends a quote on {opportunity}": _of(
        "co_sell_quote_shared", {"document_ref": "quote"}, partner_id="who", opportunity_id="opportunity"
    ),
    "{who} sends a contract on {opportunity}": _of(
        "co_sell_contract_shared", {"document_ref": "copy"}, partner_id="who", opportunity_id="opportunity"
    ),
    "{contract} renewed from {day} until {until} for {lines}": _renewed,
    "{contract} ended": _of("contract_ended", _GIVEN, contract_id="contract"),
    "dispute {dispute} opened by {who} on the account": _disputed,
    "dispute {dispute} opened by {who} on contract {contract}": _disputed,
    "dispute {dispute} opened by {who} on line {line}": _disputed,
    "dispute {dispute} opened by {who} on {opportunity}[ line {line}]": _disputed,
    "dispute {dispute} ruled": _of(
        "dispute_ruled", {"outcome": "upheld", "rules": ["OM-QUEUE"], "reason": "stated"}, dispute_id="dispute"
    ),
    "dispute {dispute} withdrawn": _of("dispute_withdrawn", _GIVEN, dispute_id="dispute"),
}
"""Every phrase for a fact."""

LINE = re.compile(
    rf"(?P<day>{DAY}) (?:at (?P<account>[\w-]+), )?(?:instead of \[(?P<corrects>[\w -]+)\], )?"
    r"(?P<text>.+?)(?: \[(?P<label>[\w -]+)\])?"
)
RETRACTION = re.compile(rf"(?P<day>{DAY}) (?:at (?P<account>[\w-]+), )?\[(?P<gone>[\w -]+)\] retracted")


@dataclass
class Facts:
    """Turns lines into events, opening an opportunity when it is first named; `labels` are the events named `[so]`."""

    account: str = "acme"
    labels: dict[str, str] = field(default_factory=dict)
    _opened: set[str] = field(default_factory=set)

    def events(self, line: str) -> list[dict[str, Any]]:
        """The events that a line states, as a client would send them."""
        retraction = RETRACTION.fullmatch(line)
        if retraction is not None:
            data = {"event_id": self.labels[retraction["gone"]], "reason": "stated"}
            account = retraction["account"] or self.account
            return [self._event(retraction["day"], account, "event_retracted", data)]
        found = LINE.fullmatch(line)
        if found is None:
            raise UnreadableError(line)
        meaning, part = read(FACTS, found["text"])
        stated = meaning({**part, "day": part.get("day", found["day"])})
        account = found["account"] or self.account
        events = [
            self._event(found["day"], account, *each) for each in (stated if isinstance(stated, list) else [stated])
        ]
        if found["corrects"]:
            events[-1]["corrects"] = self.labels[found["corrects"]]
        if found["label"]:
            events[-1]["label"] = found["label"]
        return self._opening(events[0]) + events

    def _event(self, day: str, account: str, type_: str, data: dict[str, Any]) -> dict[str, Any]:
        event = {"type": type_, "effective_on": day, "data": data}
        return event if type_ in GLOBAL else event | {"account_id": account}

    def _opening(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        opportunity = event["data"].get("opportunity_id")
        if opportunity is None or opportunity in self._opened:
            return []
        self._opened.add(opportunity)
        if event["type"] == "opportunity_opened":
            return []
        data = {"opportunity_id": opportunity, "name": opportunity}
        return [self._event(event["effective_on"], event["account_id"], "opportunity_opened", data)]
