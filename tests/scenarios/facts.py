"""Facts: what stands under `given` and `when`, as the events that a client would send."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.phrases import DAY, Parts, UnreadableError, read, several
from tests.scenarios.reviewing import FACTS as REVIEWING

Stated = tuple[str, dict[str, Any]]
"""An event's type and data."""

LEADS = frozenset(
    f"lead_{what}" for what in ("captured", "responded", "assigned", "worked", "qualified", "disqualified")
)
"""On no account unless a line says so."""

GLOBAL = frozenset(
    {
        "party_registered",
        "policy_figure_set",
        "period_closed",
        "sales_stages_configured",
        "selection_criteria_configured",
        "list_view_saved",
    }
)


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
        "currency": part.get("currency", "USD"),
        "lines": _lines(part["lines"], "1000"),
    }
    if "months" in part:
        data["renewal"] = {"every_months": int(part["months"]), "first_on": part["until"]}
    return "business_awarded", data


def _renewed(part: Parts) -> Stated:
    period = {"period_from": part["day"], "period_until": part["until"]}
    lines = _lines(part["lines"])
    return "contract_renewed", {"contract_id": part["contract"], **period, "currency": "USD", "lines": lines}


def _paying(part: Parts) -> Stated:
    lines = [dict(zip(("line", "amount"), each.split(), strict=True)) for each in several(part["priced"])]
    period = {"period_from": part["day"], "period_until": part["until"]}
    return "contract_renewed", {
        "contract_id": part["contract"],
        **period,
        "currency": part["currency"],
        "lines": lines,
    }


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


def _revised(part: Parts) -> Stated:
    value: Any = int(part["text"]) if part["text"].isdigit() else {"true": True}.get(part["text"], part["text"])
    if part["field"] == "amount":
        return "opportunity_revised", {"opportunity_id": part["opportunity"], "amount": part["text"], "currency": "USD"}
    return "opportunity_revised", {"opportunity_id": part["opportunity"], part["field"]: value}


def _outcome(part: Parts) -> Stated:
    criteria: list[dict[str, str]] = [{"criterion": "units", "kind": "quantity", "target": part["amount"]}]
    if "until" in part:
        criteria.append({"criterion": "order", "kind": "date", "by": part["until"]})
    return "outcome_stated", {"opportunity_id": part["opportunity"], "says": "Units by a day.", "criteria": criteria}


def _words(part: Parts) -> Stated:
    """An outcome told in so many words."""
    says = " ".join(["word"] * int(part["numbers"]))
    _, data = _outcome({"opportunity": part["opportunity"], "amount": "25", "until": part["day"]})
    return "outcome_stated", {**data, "says": says}


def _measured(part: Parts) -> Stated:
    found = {"value": part["amount"]} if "amount" in part else {"on": part["until"]}
    return "outcome_measured", {"opportunity_id": part["opportunity"], "criterion": part["criterion"], **found}


def _worth(part: Parts) -> Stated:
    return "opportunity_revised", {
        "opportunity_id": part["opportunity"],
        "amount": part["amount"],
        "currency": part["currency"],
    }


def _likely(part: Parts) -> Stated:
    pairs = [each.split() for each in several(part["priced"])]
    stages = [{"stage": name, "probability": int(percent)} for name, percent in pairs]
    return "sales_stages_configured", {"stages": stages, "reason": "decided"}


def _staged(part: Parts) -> Stated:
    stages = [{"stage": name} for name in several(part["others"])]
    return "sales_stages_configured", {"stages": stages, "reason": "decided"}


def _closing(part: Parts) -> Stated:
    data = {"opportunity_id": part["opportunity"], "amount": part["amount"], "currency": part.get("currency", "USD")}
    return "opportunity_revised", data | ({"expected_close_on": part["until"]} if "until" in part else {})


def _view(part: Parts) -> Stated:
    """A view of opportunities, `where field op value`, by a column."""
    filters = []
    if "field" in part:
        filters = [{"field": part["field"], "op": part["op"], "value": part["value"]}]
    columns = [part.get("column", "name")]
    sort = [{"field": part["column"]}] if "column" in part else []
    data = {"view_id": part["view"], "of": "opportunities", "name": part["view"], "columns": columns}
    return "list_view_saved", {**data, "filters": filters, "sort": sort}


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
    "account merged into {other}": _of("account_identity_changed", _GIVEN, merged_into="other"),
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
    "{opportunity} awarded {lines} on {contract}[ in {currency}][, renewing every {months} months from {until}]": (
        _awarded
    ),
    "{opportunity} lost": _of("business_lost", _GIVEN, opportunity_id="opportunity"),
    "{opportunity} abandoned": _of("opportunity_abandoned", _GIVEN, opportunity_id="opportunity"),
    "{opportunity} handed over to {who}": _moved(None, reassigned=False),
    "{opportunity} handed over to {who} with residuals": _moved(residuals=True, reassigned=False),
    "{opportunity} reassigned to {who} for {text}": _moved(None, reassigned=True),
    "{opportunity} reassigned to {who} without residuals for {text}": _moved(residuals=False, reassigned=True),
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
    "{contract} renewed from {day} until {until} paying {currency} {priced}": _paying,
    "month {month} closed": _of("period_closed", period="month"),
    "{contract} ended": _of("contract_ended", _GIVEN, contract_id="contract"),
    "dispute {dispute} opened by {who} on the account": _disputed,
    "dispute {dispute} opened by {who} on contract {contract}": _disputed,
    "dispute {dispute} opened by {who} on line {line}": _disputed,
    "dispute {dispute} opened by {who} on {opportunity}[ line {line}]": _disputed,
    "dispute {dispute} opened by {who} on contract {contract} line {line}": _disputed,
    "{who} gives evidence in {dispute}": _of(
        "dispute_evidence_submitted", {"says": "see"}, party_id="who", dispute_id="dispute"
    ),
    "{who} answers {dispute}": _of("dispute_answered", {"says": "no"}, party_id="who", dispute_id="dispute"),
    "dispute {dispute} ruled {outcome} by {rule}": lambda part: (
        "dispute_ruled",
        {
            "dispute_id": part["dispute"],
            "outcome": part["outcome"],
            "rules": [part["rule"]],
            "reason": "stated",
        },
    ),
    "dispute {dispute} ruled": _of(
        "dispute_ruled", {"outcome": "upheld", "rules": ["OM-QUEUE"], "reason": "stated"}, dispute_id="dispute"
    ),
    "lead {lead} captured[ by {who}]": lambda part: (
        "lead_captured",
        {"lead_id": part["lead"], "name": part["lead"], **({"captured_by": part["who"]} if "who" in part else {})},
    ),
    "lead {lead} responds": _of("lead_responded", {"response": "yes"}, lead_id="lead"),
    "lead {lead} assigned to {who}": _of("lead_assigned", lead_id="lead", party_id="who"),
    "{who} works lead {lead}": _of("lead_worked", {"activity": "call"}, lead_id="lead", party_id="who"),
    "lead {lead} qualified": _of("lead_qualified", {"criteria": ["has a budget"]}, lead_id="lead"),
    "lead {lead} disqualified": _of("lead_disqualified", _GIVEN, lead_id="lead"),
    "lead {lead} disqualified without a reason": _of("lead_disqualified", lead_id="lead"),
    "lead {lead} converted into {opportunity}": _of("lead_converted", lead_id="lead", opportunity_id="opportunity"),
    "{opportunity} opened as {text}": _of("opportunity_opened", opportunity_id="opportunity", name="text"),
    "{opportunity} revised {field} to {text}": _revised,
    "{opportunity} is to sell {amount} units[ by {until}]": _outcome,
    "{opportunity} tells its outcome in {numbers} words": _words,
    "{opportunity} measured {criterion} at {amount}": _measured,
    "{opportunity} expects {criterion} on {until}": _measured,
    "{who} joins {opportunity} as {text}": _of(
        "team_member_joined", opportunity_id="opportunity", party_id="who", role="text"
    ),
    "{who} leaves {opportunity}": _of("team_member_left", opportunity_id="opportunity", party_id="who"),
    "{who} decides {decision} on {opportunity} at {stage}": _of(
        "gate_decided", opportunity_id="opportunity", stage="stage", decision="decision", decided_by="who"
    ),
    "stages are {others}": _staged,
    "stages are likely {priced}": _likely,
    "{opportunity} is worth {amount} {currency}": _worth,
    "{opportunity} is worth {amount}[ {currency}] and closes[ on {until}]": _closing,
    "view {view} shows {column} where {field} {op} {value}": _view,
    "view {view} sorts by {column}": _view,
    "{who} is a contact": _of("contact_recorded", party_id="who"),
    "dispute {dispute} withdrawn": _of("dispute_withdrawn", _GIVEN, dispute_id="dispute"),
    **REVIEWING,
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
        events = [
            self._event(found["day"], found["account"] or (None if each[0] in LEADS else self.account), *each)
            for each in (stated if isinstance(stated, list) else [stated])
        ]
        if found["corrects"]:
            events[-1]["corrects"] = self.labels[found["corrects"]]
        if found["label"]:
            events[-1]["label"] = found["label"]
        return self._opening(events[0]) + events

    def _event(self, day: str, account: str | None, type_: str, data: dict[str, Any]) -> dict[str, Any]:
        event = {"type": type_, "effective_on": day, "data": data}
        return event if type_ in GLOBAL or account is None else event | {"account_id": account}

    def _opening(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        opportunity = event["data"].get("opportunity_id")
        if opportunity is None or opportunity in self._opened:
            return []
        self._opened.add(opportunity)
        if event["type"] == "opportunity_opened":
            return []
        data = {"opportunity_id": opportunity, "name": opportunity}
        return [self._event(event["effective_on"], event["account_id"], "opportunity_opened", data)]
