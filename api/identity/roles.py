"""Roles: the one table that says which role may record which event types, and ask which questions.

Whatever does not stand here is refused. `docs/reference/roles.md` is written from this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from api.identity.callers import ROLES, Caller, Role
from ledger.events.catalogue import EVENT_TYPES

Permission = Literal[
    "public",
    "record",
    "log",
    "simulate",
    "calling",
    "rights",
    "accounts",
    "deadlines",
    "obligations",
    "residuals",
    "statements",
    "disputes",
    "leads",
    "sheet",
    "notices",
    "feeds",
    "webhooks",
    "rule_book",
    "operation",
]
"""What a route can ask of its caller. `public` asks nothing; `record` is decided for each event by its type."""

PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

Reach = Literal["all", "own"]
"""How much of the answers a role sees: all of them, or only what concerns the party that it is bound to."""

Roles = frozenset[Role]

SCHEDULER_ONLY: Roles = frozenset({"scheduler"})


def _by(*roles: Role) -> Roles:
    """These roles, and `admin`."""
    return frozenset((*roles, "admin"))


_OPPORTUNITY_WORK = _by("partner", "seller", "sales_ops")
_SELLING = _by("seller", "sales_ops")
_DECISIONS = _by("sales_ops", "sales_management")
_REVIEWING = _by("partner", "seller", "sales_ops", "sales_management")
_DISPUTING = _by("partner", "seller", "sales_ops", "sales_management")
_INSIDERS: Roles = frozenset(ROLES) - {"partner", "scheduler"}

RECORDING: Mapping[str, Roles] = MappingProxyType(
    {
        "party_registered": _by("sales_ops"),
        "account_opened": _SELLING,
        "account_identity_changed": _by("sales_ops"),
        "account_elevated": _DECISIONS,
        "contact_recorded": _SELLING,
        "major_account_manager_appointed": _DECISIONS,
        "major_account_manager_released": _DECISIONS,
        "account_plan_developed": _OPPORTUNITY_WORK,
        "account_plan_executed": _OPPORTUNITY_WORK,
        "lead_captured": _SELLING,
        "lead_responded": _SELLING,
        "lead_assigned": _by("seller", "sales_ops", "sales_management"),
        "lead_worked": _SELLING,
        "lead_qualified": _SELLING,
        "lead_disqualified": _SELLING,
        "lead_converted": _SELLING,
        "opportunity_opened": _OPPORTUNITY_WORK,
        "opportunity_revised": _OPPORTUNITY_WORK,
        "outcome_stated": _OPPORTUNITY_WORK,
        "outcome_measured": _OPPORTUNITY_WORK,
        "team_member_joined": _SELLING,
        "team_member_left": _SELLING,
        "gate_decided": _by("seller", "sales_ops", "sales_management"),
        "sales_stages_configured": _DECISIONS,
        "opportunity_manager_appointed": _by("partner", "seller", "sales_ops", "sales_management"),
        "engagement_recorded": _OPPORTUNITY_WORK,
        "opportunity_plan_adopted": _OPPORTUNITY_WORK,
        "coordination_recorded": _OPPORTUNITY_WORK,
        "activity_shared": _SELLING,
        "opportunity_reviewed": _REVIEWING,
        "action_agreed": _REVIEWING,
        "action_done": _REVIEWING,
        "action_dropped": _REVIEWING,
        "opportunity_assessed": _REVIEWING,
        "milestone_assessed": _REVIEWING,
        "key_player_mapped": _REVIEWING,
        "key_player_removed": _REVIEWING,
        "closing_plan_drafted": _REVIEWING,
        "selection_criteria_configured": _DECISIONS,
        "customer_scored": _by("seller", "sales_ops", "sales_management"),
        "forecast_recorded": _OPPORTUNITY_WORK,
        "forecast_extension_granted": _DECISIONS,
        "business_awarded": _SELLING,
        "business_lost": _OPPORTUNITY_WORK,
        "opportunity_abandoned": _OPPORTUNITY_WORK,
        "opportunity_handed_over": _SELLING,
        "opportunity_reassigned": _DECISIONS,
        "revenue_share_proposed": _SELLING,
        "revenue_share_accepted": _OPPORTUNITY_WORK,
        "revenue_share_declined": _OPPORTUNITY_WORK,
        "revenue_share_ended": _OPPORTUNITY_WORK,
        "partner_included": _SELLING,
        "partner_released": _SELLING,
        "co_sell_quote_shared": _OPPORTUNITY_WORK,
        "co_sell_contract_shared": _OPPORTUNITY_WORK,
        "contract_renewed": _by("sales_ops", "finance"),
        "contract_ended": _by("sales_ops", "finance"),
        "dispute_opened": _DISPUTING,
        "dispute_evidence_submitted": _DISPUTING,
        "dispute_answered": _DISPUTING,
        "dispute_ruled": _DECISIONS,
        "dispute_withdrawn": _DISPUTING,
        "event_retracted": _by("partner", "seller", "sales_ops", "sales_management", "finance"),
        "list_view_saved": _INSIDERS - {"auditor"},
        "list_view_deleted": _INSIDERS - {"auditor"},
        "policy_figure_set": _by("sales_management"),
        "period_closed": _by("finance"),
        "grace_warning_issued": SCHEDULER_ONLY,
        "rights_lapsed": SCHEDULER_ONLY,
        "rights_revived": SCHEDULER_ONLY,
    }
)
"""Event type → the roles that may record it. Who may record a type may also take back, and correct, what is of it."""

ASKING: Mapping[Permission, Roles] = MappingProxyType(
    {
        "record": frozenset(ROLES) - {"auditor"},
        "log": _INSIDERS | {"scheduler"},
        "simulate": _INSIDERS,
        "calling": _INSIDERS,
        "rights": _INSIDERS | {"scheduler"},
        "accounts": _INSIDERS,
        "deadlines": _INSIDERS | {"scheduler"},
        "obligations": _INSIDERS,
        "residuals": _INSIDERS,
        "statements": _INSIDERS,
        "disputes": _INSIDERS,
        "leads": _INSIDERS,
        "sheet": _INSIDERS,
        "notices": _INSIDERS | {"scheduler"},
        "feeds": _INSIDERS,
        "webhooks": _by("sales_ops"),
        "rule_book": frozenset(ROLES) - {"partner"},
        "operation": frozenset(ROLES) - {"partner"},
    }
)
"""What a route asks of its caller → the roles that get all of its answers."""

_OWN: Roles = frozenset({"partner"})

ASKING_OWN: Mapping[Permission, Roles] = MappingProxyType(
    dict.fromkeys(
        (
            "log",
            "calling",
            "rights",
            "obligations",
            "residuals",
            "statements",
            "disputes",
            "leads",
            "sheet",
            "feeds",
            "webhooks",
            "rule_book",
        ),
        _OWN,
    )
)
"""The same → the roles that get what concerns their own party, from the routes that have an answer made for it."""


def may_record(role: Role, event_type: str) -> bool:
    """Whether the role may record events of the type."""
    return role in RECORDING.get(event_type, ())


def reach(caller: Caller, permission: Permission) -> Reach | None:
    """How much of the answers of a route the caller gets; None: it is not for them."""
    if permission == "record":
        return "all" if caller.role in ASKING[permission] and caller.may_write else None
    if caller.role in ASKING.get(permission, ()):
        return "all"
    return "own" if caller.role in ASKING_OWN.get(permission, ()) else None


def unknown_types() -> set[str]:
    """Types that stand in the table or in the catalogue only; a test holds that there are none."""
    return RECORDING.keys() ^ EVENT_TYPES.keys()
