"""What the rule book says, rule by rule, in our own words and in the order of the specification."""

from __future__ import annotations

from typing import NamedTuple

SOURCES = {
    "prism": "Opportunity Manager for point sales",
    "ceo": "Who drives the opportunity",
    "guide": "Sales opportunity management guide",
    "exception": "Manage by exception",
    "manual": "CRM opportunities manual",
    "decided": "Decided by the specification",
}


class RuleText(NamedTuple):
    """One entry of the book; see `policies.rulebook.Rule`."""

    id: str
    section: str
    title: str
    says: str
    clauses: tuple[str, ...]
    figures: tuple[str, ...] = ()
    decided: str | None = None


OM = "3 Opportunity Manager"
MAM = "4 Major Account Manager and growth"
MOVES = "5 Handover, revenue share, reassignment"
PARTNERS = "6 Partners in an opportunity"
CALLING = "7 Who may call"
RESIDUALS = "8 Residual revenue"
SHEET = "11 Opportunity management"

RULE_TEXTS: tuple[RuleText, ...] = (
    RuleText(
        "OM-ONE",
        OM,
        "One opportunity manager",
        "An opportunity has at most one opportunity manager on any date; a second appointment is refused, and a "
        "change goes through handover or reassignment.",
        ("ceo.7",),
    ),
    RuleText(
        "OM-QUALIFIED",
        OM,
        "Qualified to own the deal",
        "An appointment states who authorised it and that skills and resources are there; owning the account is "
        "not enough.",
        ("ceo.8",),
    ),
    RuleText(
        "OM-TIMED",
        OM,
        "Measurable and timed",
        "A forecast names at least one business line with a positive amount and an expected award date.",
        ("ceo.9", "exception.4"),
    ),
    RuleText(
        "OM-ESTABLISHED",
        OM,
        "What establishes a claim",
        "The right starts once a manager, a forecast, an engagement, an opportunity plan and a coordination are "
        "all in effect; before that the claim is incomplete and reserves nothing.",
        ("prism.2",),
        ("engagement_window_days",),
        decided="an engagement or coordination older than the window is an exception to attend to, and ends no right",
    ),
    RuleText(
        "OM-FORECAST-ONLY",
        OM,
        "Only what is forecast",
        "The right covers exactly the lines of the forecast in effect.",
        ("prism.3",),
        decided="a line dropped by a later forecast cannot be claimed again on the same opportunity",
    ),
    RuleText(
        "OM-ANCHOR",
        OM,
        "The first expected award date counts",
        "Each line is anchored at the expected award date of the first forecast that named it; only an "
        "extension granted by sales management on or before the deadline moves the anchor.",
        ("prism.4",),
        decided="forecasting again never moves the anchor, or a right would never lapse",
    ),
    RuleText(
        "OM-GRACE",
        OM,
        "Grace period",
        "A line not awarded stays reserved through its clock start plus the grace days, and lapses the day after.",
        ("prism.4",),
        figures=("grace_days", "warning_days"),
        decided="the clock starts at the anchor, or at a recorded loss if that is earlier",
    ),
    RuleText(
        "OM-LAPSED",
        OM,
        "Lapsed is over",
        "A lapsed or abandoned opportunity cannot be forecast again or extended; a new claim is a new opportunity.",
        ("prism.4",),
    ),
    RuleText(
        "OM-WON",
        OM,
        "Awarded in time",
        "A line awarded on a date on which its claim is live is won: the manager keeps the right on that "
        "contract until it ends.",
        ("prism.4",),
    ),
    RuleText(
        "OM-LATE-AWARD",
        OM,
        "Awarded too late",
        "An award for a line whose claim is not live on the award date is recorded and gives no right; one "
        "recorded late but effective in time counts.",
        ("prism.4",),
    ),
    RuleText(
        "OM-ABANDON",
        OM,
        "Giving up",
        "Giving up an opportunity ends every line not won on that date.",
        ("guide.17", "guide.44"),
    ),
    RuleText(
        "OM-QUEUE",
        OM,
        "First established, first served",
        "Of several live claims on the same account and line the one established first is reserved and the "
        "others queue behind it, moving up by themselves.",
        ("ceo.7", "ceo.8"),
        decided="order by date, then by position; an award to a queued claim counts",
    ),
    RuleText(
        "OM-NOT-ACCOUNT",
        OM,
        "Not the account",
        "A right on an opportunity gives no charge of the account, and never depends on another opportunity's lapse.",
        ("prism.6",),
    ),
    RuleText(
        "MAM-MAJOR",
        MAM,
        "Major accounts only",
        "A Major Account Manager is appointed only on an account elevated on or before that date; at most one "
        "at any date.",
        ("prism.6",),
    ),
    RuleText(
        "MAM-PARTNER",
        MAM,
        "Who may be in charge",
        "The Major Account Manager is an employee or a strategic solution provider or strategic channel partner.",
        ("prism.3",),
    ),
    RuleText(
        "MAM-IN-CHARGE",
        MAM,
        "In charge of the account",
        "The Major Account Manager may call for any business.",
        ("prism.3", "prism.6"),
    ),
    RuleText(
        "MAM-ELEVATED",
        MAM,
        "Elevation is an appointment",
        "An opportunity manager becomes responsible for the account only by being appointed its Major Account Manager.",
        ("prism.6",),
    ),
    RuleText(
        "MAM-SETTLE",
        MAM,
        "Settle with the Major Account Manager",
        "While a live claim's manager is not the Major Account Manager, the manager owes a handover or a "
        "revenue share with them.",
        ("prism.3",),
    ),
    RuleText(
        "GROWTH",
        MAM,
        "Growth right",
        "With no Major Account Manager, an opportunity manager with a live or won right and an account plan "
        "both developed and executed holds growth; of several, the one whose plan was executed first.",
        ("prism.3",),
    ),
    RuleText(
        "HANDOVER",
        MOVES,
        "Handover",
        "A handover moves the right from its date, and residuals already won only if it says so.",
        ("prism.3",),
    ),
    RuleText(
        "REASSIGN",
        MOVES,
        "Reassignment for coverage",
        "Sales management may reassign an opportunity for a named coverage goal; residuals move along unless it "
        "says otherwise.",
        ("prism.4",),
    ),
    RuleText(
        "SHARE",
        MOVES,
        "Revenue share",
        "Parties and percentages total exactly 100; in force from its start once every party has accepted; one "
        "refusal ends it; a later agreement replaces the earlier.",
        ("prism.3",),
    ),
    RuleText(
        "SHARE-MAM",
        MOVES,
        "Sharing with the Major Account Manager",
        "A share settles the debt to the Major Account Manager only if they are one of its parties.",
        ("prism.3",),
    ),
    RuleText(
        "PRIME",
        PARTNERS,
        "Prime contractor",
        "The manager who resells a partner's lines as prime contractor holds the renewal and must orchestrate "
        "each one.",
        ("prism.5",),
    ),
    RuleText(
        "CO-SELL",
        PARTNERS,
        "Co-sell partner",
        "A co-sell partner sells its own lines; the manager must include it in selling before each renewal.",
        ("prism.5",),
        figures=("inclusion_window_days",),
    ),
    RuleText(
        "CO-SELL-COPIES",
        PARTNERS,
        "Copies as a courtesy",
        "The co-sell partner owes copies of quotes and contracts; a soft duty that never changes a right.",
        ("prism.5",),
    ),
    RuleText(
        "CO-SELL-HANDS-OFF",
        PARTNERS,
        "Hands off co-sell lines",
        "The manager does not present or contract the co-sell partner's lines or renewals and earns no residual "
        "on them.",
        ("prism.5",),
    ),
    RuleText(
        "CALL-MAM",
        CALLING,
        "The Major Account Manager may call",
        "The party is in charge of the account.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-OM",
        CALLING,
        "The opportunity manager may call",
        "The line is reserved for this party.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-CO-SELL",
        CALLING,
        "The co-sell partner may call",
        "The party co-sells this line in the opportunity.",
        ("prism.5",),
    ),
    RuleText(
        "CALL-PRIME",
        CALLING,
        "Resold by the prime contractor",
        "The party's line is resold by the opportunity manager, who has to agree.",
        ("prism.5",),
    ),
    RuleText(
        "CALL-TEAMING",
        CALLING,
        "A sharer may call",
        "The party has a share in a revenue share in force on the opportunity.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-UNSHARED",
        CALLING,
        "Further business kept from the partners",
        "The manager's further forecast was not shared with partners, so partners are free to call.",
        ("prism.4",),
    ),
    RuleText(
        "CALL-RESERVED",
        CALLING,
        "Reserved for another",
        "The line is reserved for another party.",
        ("prism.3", "prism.4"),
    ),
    RuleText(
        "CALL-QUEUED",
        CALLING,
        "Waiting in the queue",
        "The party's own claim on the line queues behind an earlier one.",
        ("ceo.7",),
    ),
    RuleText(
        "CALL-MAM-AGREEMENT",
        CALLING,
        "With the Major Account Manager's agreement",
        "A Major Account Manager is in charge and has to agree.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-GROWTH",
        CALLING,
        "The growth holder may call",
        "The party holds the account's growth right.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-PARTNER-FREE",
        CALLING,
        "Partners are free",
        "Business that nobody forecast is open to partners even where a growth right is held.",
        ("prism.4",),
    ),
    RuleText(
        "CALL-GROWTH-AGREEMENT",
        CALLING,
        "With the growth holder's agreement",
        "Another party holds the account's growth right and has to agree.",
        ("prism.3",),
    ),
    RuleText(
        "CALL-AFTER-LAPSE",
        CALLING,
        "Open after a lapse",
        "A claim on this business lapsed, and all parties are free to call.",
        ("prism.4",),
    ),
    RuleText(
        "CALL-BEYOND-FORECAST",
        CALLING,
        "Beyond the forecast",
        "Claims on the account cover other business; this is beyond what was forecast.",
        ("prism.3", "prism.4"),
    ),
    RuleText(
        "CALL-OPEN",
        CALLING,
        "Open",
        "Nobody holds a claim on the account.",
        ("prism.4",),
    ),
    RuleText(
        "CALL-CO-SELL-RENEWAL",
        CALLING,
        "The co-sell partner renews its lines",
        "The line is the party's own to renew.",
        ("prism.5",),
    ),
    RuleText(
        "CALL-HANDS-OFF",
        CALLING,
        "The manager keeps off co-sell lines",
        "The line is a co-sell partner's to renew.",
        ("prism.5",),
    ),
    RuleText(
        "CALL-RENEWAL",
        CALLING,
        "The manager renews",
        "The party holds the right on the contract.",
        ("prism.4",),
    ),
    RuleText(
        "CALL-RENEWAL-RESERVED",
        CALLING,
        "Renewal reserved for another",
        "Another party holds the right on the contract or the line.",
        ("prism.4",),
    ),
    RuleText(
        "RESIDUAL",
        RESIDUALS,
        "Residual stream",
        "A contract won in time and with a renewal makes a residual stream, held by the manager at the award "
        "and moved only by reassignment or handover.",
        ("prism.4",),
    ),
    RuleText(
        "RESIDUAL-BASE",
        RESIDUALS,
        "What a renewal earns on",
        "Lines won under a live claim that are our own or prime-resold; co-sell lines and lines not awarded are "
        "left out.",
        ("prism.4", "prism.5"),
    ),
    RuleText(
        "RESIDUAL-SHARE",
        RESIDUALS,
        "How a renewal is split",
        "Among the parties of the share in force when the renewal starts, else all to the holder.",
        ("prism.3",),
    ),
    RuleText(
        "RESIDUAL-EXACT",
        RESIDUALS,
        "To the minor unit",
        "Splits are by largest remainder and add up; currencies are never added together.",
        (),
    ),
    RuleText(
        "RESIDUAL-NOBODY",
        RESIDUALS,
        "Never dropped",
        "A renewal no one is entitled to is listed as unassigned.",
        (),
    ),
    RuleText(
        "PERIOD",
        RESIDUALS,
        "Closing a month",
        "A closed month's statement never changes; what is learnt later is an adjustment.",
        (),
    ),
    RuleText(
        "LEAD",
        SHEET,
        "Leads",
        "A lead is a name or a response that owns nothing. It is captured, worked by whoever is responsible, and "
        "qualified, or disqualified for a stated reason; only a qualified lead is converted, once, into an opportunity "
        "of its account, new or existing, and everything known about it goes over.",
        ("ceo.5", "ceo.6", "manual.2"),
        decided="a qualification may leave its criteria out; whatever names an account names the same; nothing but a "
        "response or another capture comes after the conversion; taking back a qualification leaves the conversion",
    ),
    RuleText(
        "SHEET",
        SHEET,
        "The sheet",
        "A unique name, what it is worth and when, its stage, its probability (100 once awarded), problem and needs.",
        ("manual.9", "manual.11", "manual.24", "manual.41"),
    ),
    RuleText(
        "OUTCOME",
        SHEET,
        "Desired outcome",
        "One sentence with measurable criteria; a shortfall is an exception.",
        ("exception.8", "exception.9"),
    ),
    RuleText(
        "TEAM",
        SHEET,
        "Team sport",
        "Participants with a role each, and one manager.",
        ("exception.7", "ceo.7"),
    ),
    RuleText(
        "SELECT",
        SHEET,
        "What deserves attention",
        "An open opportunity deserves attention, and says why: it is important (strategic, or worth a certain amount), "
        "new, not moving, closing soon, at a gate without a go, lapsing soon, or an exception: short of its outcome, "
        "overdue, without a recent engagement or coordination, without a manager, on hold or decided against. One that "
        "is won deserves it as long as it is short of its outcome, and for that alone.",
        ("guide.22", "guide.38", "guide.39", "exception.9"),
        (
            "important_amount",
            "new_days",
            "not_moving_days",
            "closing_soon_days",
            "lapsing_soon_days",
            "engagement_window_days",
        ),
        "A figure that counts from a day is that of the day, one that counts back from a day that of the day it leads "
        "to; what is exactly as many days away still counts as new, moving, closing or lapsing soon, or recent.",
    ),
    RuleText(
        "REVIEW",
        SHEET,
        "Review",
        "An opportunity is reviewed by six questions; what has no answer is a gap. An action agreed on says what,"
        " who and until when, is carried from review to review until it is done or dropped, and ends once.",
        ("guide.25", "guide.42"),
        decided="action plan and internal decisions may be answered too; leaving them out is no gap",
    ),
    RuleText(
        "ASSESS",
        SHEET,
        "Assessment",
        "A customer is scored 0, 1 or 2 by each selection criterion of the day, seven unless others are "
        "configured; an opportunity is assessed in six categories of questions and by six milestones at each "
        "stage. The latest answer to each stands; what has none is a gap.",
        ("guide.35", "guide.68", "guide.12"),
    ),
    RuleText(
        "KEY-PLAYERS",
        SHEET,
        "Key players",
        "The map says of each key player the decision role, the personal win or threat, the receptivity (G, T, I,"
        " O), the influence (1 to 5) and the relationship (-2 to 2); the latest entry stands until the player is "
        "removed, and what is not known is a gap.",
        ("guide.71", "guide.72"),
    ),
    RuleText(
        "CLOSE-PLAN",
        SHEET,
        "Closing plan",
        "A closing plan has five parts, and one that says nothing is a gap. Adopting it, as it stands that day, "
        "is the opportunity plan that a claim needs; a version drafted later is a draft until it is adopted too.",
        ("guide.75", "prism.2"),
    ),
    RuleText(
        "FUNNEL",
        SHEET,
        "Funnel",
        "What is open, stage by stage: how many, their value, and their value weighted by probability; and in a period "
        "what came, moved, left and slipped, the conversion of each stage and the days spent in it. Currencies are "
        "never added together.",
        ("guide.17",),
        (),
        "A weight is amount times probability (the sheet's, else its stage's), rounded opportunity by opportunity, "
        "half a minor unit up. An opportunity counts until it is won, lost or abandoned, a lapse of its claim or none.",
    ),
    RuleText(
        "VIEWS",
        SHEET,
        "Views and files",
        "Named list views, a home list of what is upcoming and pending; accounts, contacts, leads and opportunities "
        "as CSV.",
        ("manual.6", "manual.13", "manual.44"),
        ("closing_soon_days", "important_amount"),
    ),
)

OPEN: frozenset[str] = frozenset()
"""Rules of the specification that nothing carries out yet; a test holds this list against the code."""
