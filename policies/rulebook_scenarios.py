"""What scenarios show which rules, by title. Written by `python -m docs.rule_scenarios`: don't edit, write it again."""

from __future__ import annotations

from typing import NamedTuple


class ScenarioTitle(NamedTuple):
    """A scenario: what it is called, the file in which it stands (`tests/scenarios`), and the rules that it shows."""

    title: str
    file: str
    rules: tuple[str, ...]


SCENARIOS: tuple[ScenarioTitle, ...] = (
    ScenarioTitle(
        "Grace is 90 days until it is set otherwise",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "A figure decided for an earlier day than it was recorded moves the clocks that start since",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "The figure is that of the day the clock starts, also when a loss starts it",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "An extension starts a new clock, with the figure of its own day",
        "10-figures",
        ("OM-ANCHOR",),
    ),
    ScenarioTitle(
        "Without any grace a line lapses the day after its clock starts",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "A shorter window asks for the co-sell partner nearer to the renewal",
        "10-figures",
        ("CO-SELL",),
    ),
    ScenarioTitle(
        "A partner's quotas hold until they are set otherwise, and move no clock",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "A quota of nothing lets a partner claim nothing by itself, and leaves what is claimed",
        "10-figures",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "The funnel counts what is open, by stage, with its value and its weighted value",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "Where the sheet states no probability that of the stage stands in, and where it has none nothing is weighed",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "Each weight is rounded by itself, half a cent up, and currencies stay apart",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "A stage that is no more stands beside those in effect",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "Last quarter's funnel stays as it was known, whatever is learnt later",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "An opportunity whose claim has lapsed is in the funnel until it is closed",
        "11-funnel",
        (
            "FUNNEL",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "The progress of a month tells what came, moved, slipped and was won",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "A stage converts what goes on from it, not what goes back or is lost",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "What was lost and is forecast again enters a second time, and its time in the stage begins anew",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "What is opened and lost on one day entered and left",
        "11-funnel",
        ("FUNNEL",),
    ),
    ScenarioTitle(
        "A lead is captured, worked, qualified and converted",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A lead owns nothing, before it is converted and after",
        "11-leads",
        (
            "LEAD",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "A lead goes on with the account that took its own in",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A lead that is not qualified, or no longer, is not converted",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A lead is converted once, and nothing is done to it after that",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A disqualification states its reason",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A lead stays on the account that was named first",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "Taking back the qualification leaves the conversion; taking back the conversion lets the lead go on",
        "11-leads",
        ("LEAD",),
    ),
    ScenarioTitle(
        "A review leaves as gaps what it does not answer",
        "11-reviews-and-plans",
        ("REVIEW",),
    ),
    ScenarioTitle(
        "An action is carried from review to review until it is done",
        "11-reviews-and-plans",
        ("REVIEW",),
    ),
    ScenarioTitle(
        "An action ends once, not before it is agreed, and only if it was",
        "11-reviews-and-plans",
        ("REVIEW",),
    ),
    ScenarioTitle(
        "A review recorded late takes its place by its date",
        "11-reviews-and-plans",
        ("REVIEW",),
    ),
    ScenarioTitle(
        "A question of the assessment keeps its answer until it is answered anew",
        "11-reviews-and-plans",
        ("ASSESS",),
    ),
    ScenarioTitle(
        "Each stage has its own six milestones",
        "11-reviews-and-plans",
        ("ASSESS",),
    ),
    ScenarioTitle(
        "A customer is scored by the criteria of the day",
        "11-reviews-and-plans",
        ("ASSESS",),
    ),
    ScenarioTitle(
        "The map shows who is against us, and whether anybody outweighs them",
        "11-reviews-and-plans",
        ("KEY-PLAYERS",),
    ),
    ScenarioTitle(
        "What is not known of a key player is a gap, and a removed one is off the map",
        "11-reviews-and-plans",
        ("KEY-PLAYERS",),
    ),
    ScenarioTitle(
        "The map takes its own scales, contacts, and the removal of those who are on it",
        "11-reviews-and-plans",
        ("KEY-PLAYERS",),
    ),
    ScenarioTitle(
        "Adopting a closing plan is the plan that establishes a claim",
        "11-reviews-and-plans",
        (
            "CLOSE-PLAN",
            "OM-ESTABLISHED",
        ),
    ),
    ScenarioTitle(
        "A plan drafted anew is a draft until it is adopted too",
        "11-reviews-and-plans",
        ("CLOSE-PLAN",),
    ),
    ScenarioTitle(
        "Only a closing plan that was drafted by the day can be adopted",
        "11-reviews-and-plans",
        ("CLOSE-PLAN",),
    ),
    ScenarioTitle(
        "A stale engagement is an exception, and takes no right",
        "11-reviews-and-plans",
        ("OM-ESTABLISHED",),
    ),
    ScenarioTitle(
        "An opportunity is new through its fourteenth day",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What is new goes by the figure of the day of its opening",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A longer time of being new, decided afterwards for before, makes it new again",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What stays in a stage for more than forty-five days is not moving",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "To name the same stage again is no move, to name another one is",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What is not moving goes by the figure of the day on which it came to its stage",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A close expected within thirty days is near, and overdue on the day after it",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What closes soon goes by the figure of the day of the close",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A close that was put off is overdue from its new day on",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A reserved line whose last day is within thirty days lapses soon",
        "11-selection",
        (
            "SELECT",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "A claim that waits has nothing reserved that could lapse soon",
        "11-selection",
        (
            "SELECT",
            "OM-QUEUE",
        ),
    ),
    ScenarioTitle(
        "What lapses soon goes by the figure of the last day",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "An opportunity stands at the gate of its stage until it may go on",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What is put on hold or decided against at a gate is an exception",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "An amount is important from the figure on, a strategic opportunity whatever its amount",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "An amount is important in the units of its own currency",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What is important goes by the figure of the day asked about",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A customer whom nobody engaged for more than thirty days is an exception",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "What nobody coordinated for more than thirty days is an exception, by the figure of its day",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "An opportunity that nobody manages or ever engaged on is an exception",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "A shortfall of the outcome is an exception, in numbers and days",
        "11-selection",
        (
            "SELECT",
            "OUTCOME",
        ),
    ),
    ScenarioTitle(
        "What is won and falls short of its outcome stays an exception until it is reached",
        "11-selection",
        (
            "SELECT",
            "OUTCOME",
        ),
    ),
    ScenarioTitle(
        "What is won late is short by so many days",
        "11-selection",
        (
            "SELECT",
            "OUTCOME",
        ),
    ),
    ScenarioTitle(
        "What was short of its outcome when it was lost deserves no more attention",
        "11-selection",
        (
            "SELECT",
            "OUTCOME",
        ),
    ),
    ScenarioTitle(
        "What is won or lost deserves no more attention",
        "11-selection",
        ("SELECT",),
    ),
    ScenarioTitle(
        "The sheet says what was stated last, from its own day on",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "A revision recorded late stands in its place, and the later one still holds",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "A forecast states amount and close, and a close that moves on is a slip",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "Only the award makes it certain",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "An expected close before the opening, and a stage that is not configured, are refused",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "The stages are the company's own from the day on which it configures them",
        "11-sheet",
        ("SHEET",),
    ),
    ScenarioTitle(
        "A shortfall is told in numbers, and ends when a measurement reaches the target",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "The day that goes by unreached is a shortfall from the next day on",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "A day expected late is short by the days",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "What no outcome names can't be measured, and an outcome without a day is none",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "The team has roles, from the day of joining to the day before leaving",
        "11-sheet",
        ("TEAM",),
    ),
    ScenarioTitle(
        "Joining again changes the role; the manager stays the one that was appointed",
        "11-sheet",
        ("TEAM",),
    ),
    ScenarioTitle(
        "Nobody joins as the opportunity manager, and nobody leaves who takes no part",
        "11-sheet",
        ("TEAM",),
    ),
    ScenarioTitle(
        "An outcome is told in forty words at most",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "A company that wants shorter outcomes sets the figure",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "The figure of the day of the fact holds, not that of the day on which it is recorded",
        "11-sheet",
        ("OUTCOME",),
    ),
    ScenarioTitle(
        "What should have closed comes first on the home list, then what closes soon",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "A large amount stands on the home list whenever it closes, in its own currency",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "What is lost, won or another's leaves the home list",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "What is soon and what is much is what the figures say on the day asked about",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "What is overdue and much says both, and larger amounts come first on one day",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "A view shows what passes its filter on the day, in its order",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "A view is saved again from another day on, and earlier days keep what it showed then",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "A view of a column that the list doesn't have, or of what it can't be asked, is malformed",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "Only a contact is a contact of an account",
        "11-views",
        ("VIEWS",),
    ),
    ScenarioTitle(
        "A second manager is refused",
        "3-1-appointing",
        ("OM-ONE",),
    ),
    ScenarioTitle(
        "A second manager is refused even from an earlier date",
        "3-1-appointing",
        ("OM-ONE",),
    ),
    ScenarioTitle(
        "Naming the same manager twice is a second appointment",
        "3-1-appointing",
        ("OM-ONE",),
    ),
    ScenarioTitle(
        "The way to another manager is a handover",
        "3-1-appointing",
        (
            "OM-ONE",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "A wrong appointment is corrected, and the right manager stands in its place from the first day",
        "3-1-appointing",
        ("OM-ONE",),
    ),
    ScenarioTitle(
        "An appointment without skills is refused",
        "3-1-appointing",
        ("OM-QUALIFIED",),
    ),
    ScenarioTitle(
        "An appointment without resources is refused",
        "3-1-appointing",
        ("OM-QUALIFIED",),
    ),
    ScenarioTitle(
        "An appointment that nobody authorised is refused",
        "3-1-appointing",
        ("OM-QUALIFIED",),
    ),
    ScenarioTitle(
        "With authority, skills and resources the appointment stands",
        "3-1-appointing",
        ("OM-QUALIFIED",),
    ),
    ScenarioTitle(
        "Having the account is not having the opportunity",
        "3-1-appointing",
        (
            "OM-QUALIFIED",
            "OM-ESTABLISHED",
        ),
    ),
    ScenarioTitle(
        "A forecast without an expected award date is refused",
        "3-1-appointing",
        ("OM-TIMED",),
    ),
    ScenarioTitle(
        "A forecast of no line is refused",
        "3-1-appointing",
        ("OM-TIMED",),
    ),
    ScenarioTitle(
        "A forecast of nothing in money is refused, one of a cent is a forecast",
        "3-1-appointing",
        ("OM-TIMED",),
    ),
    ScenarioTitle(
        "The claim starts with the last of the five, and reserves nothing before",
        "3-1-appointing",
        (
            "OM-ESTABLISHED",
            "CALL-OPEN",
            "CALL-OM",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "All five on one day establish the claim that day",
        "3-1-appointing",
        ("OM-ESTABLISHED",),
    ),
    ScenarioTitle(
        "Evidence stays with the opportunity when its manager changes",
        "3-1-appointing",
        (
            "OM-ESTABLISHED",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "Evidence from before the appointment counts once a manager is appointed",
        "3-1-appointing",
        ("OM-ESTABLISHED",),
    ),
    ScenarioTitle(
        "A coordination taken back leaves the claim incomplete, as known from then on",
        "3-1-appointing",
        ("OM-ESTABLISHED",),
    ),
    ScenarioTitle(
        "A claim that is never completed lapses without having reserved anything",
        "3-1-appointing",
        (
            "OM-ESTABLISHED",
            "OM-GRACE",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "A claim completed on its last day of grace is live for that day, on the day after never",
        "3-1-appointing",
        (
            "OM-ESTABLISHED",
            "OM-GRACE",
            "CALL-AFTER-LAPSE",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "Only the lines of the forecast are claimed",
        "3-2-clock",
        (
            "OM-FORECAST-ONLY",
            "CALL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "A line that a later forecast drops is free from that day",
        "3-2-clock",
        (
            "OM-FORECAST-ONLY",
            "CALL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "A dropped line can't be claimed again on the same opportunity",
        "3-2-clock",
        ("OM-FORECAST-ONLY",),
    ),
    ScenarioTitle(
        "A line dropped and named again on one day is dropped",
        "3-2-clock",
        ("OM-FORECAST-ONLY",),
    ),
    ScenarioTitle(
        "A forecast that drops a line is recorded late",
        "3-2-clock",
        ("OM-FORECAST-ONLY",),
    ),
    ScenarioTitle(
        "A line named later is claimed from then on, with an anchor of its own",
        "3-2-clock",
        (
            "OM-FORECAST-ONLY",
            "OM-ANCHOR",
        ),
    ),
    ScenarioTitle(
        "Forecasting again never moves the anchor",
        "3-2-clock",
        (
            "OM-ANCHOR",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "An extension granted on the deadline moves the anchor",
        "3-2-clock",
        ("OM-ANCHOR",),
    ),
    ScenarioTitle(
        "An extension granted on the day after the deadline is refused",
        "3-2-clock",
        (
            "OM-ANCHOR",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "An extension recorded late but granted in time undoes the lapse",
        "3-2-clock",
        (
            "OM-ANCHOR",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "An extension moves the lines that have not lapsed, and leaves one that has",
        "3-2-clock",
        ("OM-ANCHOR",),
    ),
    ScenarioTitle(
        "A line reserved through grace is free on the day after the deadline",
        "3-2-clock",
        (
            "OM-GRACE",
            "CALL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "Grace ends on a leap day",
        "3-2-clock",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "Without a leap day the same grace ends on 1 March",
        "3-2-clock",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "An award expected on a leap day",
        "3-2-clock",
        (
            "OM-ANCHOR",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "A loss before the anchor starts the clock",
        "3-2-clock",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "A loss after the anchor changes nothing",
        "3-2-clock",
        ("OM-GRACE",),
    ),
    ScenarioTitle(
        "An extension does not stop the clock of a loss",
        "3-2-clock",
        (
            "OM-GRACE",
            "OM-ANCHOR",
        ),
    ),
    ScenarioTitle(
        "A lapsed opportunity can't be forecast again",
        "3-2-clock",
        ("OM-LAPSED",),
    ),
    ScenarioTitle(
        "An abandoned opportunity can't be forecast again, not even on that day",
        "3-2-clock",
        (
            "OM-LAPSED",
            "OM-ABANDON",
        ),
    ),
    ScenarioTitle(
        "After a lapse a new claim is a new opportunity",
        "3-2-clock",
        (
            "OM-LAPSED",
            "CALL-AFTER-LAPSE",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Nothing has to be recorded for a line to lapse",
        "3-2-clock",
        (
            "OM-LAPSED",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "While one line is won the opportunity is not over",
        "3-2-clock",
        (
            "OM-LAPSED",
            "OM-WON",
        ),
    ),
    ScenarioTitle(
        "A line awarded in time is won until the contract ends",
        "3-3-winning",
        ("OM-WON",),
    ),
    ScenarioTitle(
        "An award on the deadline is in time",
        "3-3-winning",
        (
            "OM-WON",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "Lines that an award leaves out go on to their own deadline",
        "3-3-winning",
        (
            "OM-WON",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "A line already won is not won again",
        "3-3-winning",
        ("OM-WON",),
    ),
    ScenarioTitle(
        "New business on a line already won is open",
        "3-3-winning",
        (
            "OM-WON",
            "CALL-BEYOND-FORECAST",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "An award on the day after the deadline gives no right",
        "3-3-winning",
        ("OM-LATE-AWARD",),
    ),
    ScenarioTitle(
        "An award in time that is recorded late undoes the lapse",
        "3-3-winning",
        (
            "OM-LATE-AWARD",
            "OM-WON",
            "CALL-AFTER-LAPSE",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "An award for a claim that is still incomplete gives no right",
        "3-3-winning",
        (
            "OM-LATE-AWARD",
            "OM-ESTABLISHED",
        ),
    ),
    ScenarioTitle(
        "An award for a line that was never forecast gives no right on it",
        "3-3-winning",
        (
            "OM-LATE-AWARD",
            "OM-FORECAST-ONLY",
        ),
    ),
    ScenarioTitle(
        "Giving up frees every line from that day",
        "3-3-winning",
        (
            "OM-ABANDON",
            "CALL-RESERVED",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "Giving up leaves what is won",
        "3-3-winning",
        (
            "OM-ABANDON",
            "OM-WON",
        ),
    ),
    ScenarioTitle(
        "Awarded and given up on one day, the award recorded first",
        "3-3-winning",
        (
            "OM-ABANDON",
            "OM-WON",
        ),
    ),
    ScenarioTitle(
        "Given up and awarded on one day, the award recorded second",
        "3-3-winning",
        (
            "OM-ABANDON",
            "OM-LATE-AWARD",
        ),
    ),
    ScenarioTitle(
        "A claim can be given up before it is complete",
        "3-3-winning",
        ("OM-ABANDON",),
    ),
    ScenarioTitle(
        "The second claim waits and moves up when the first lapses",
        "3-4-queue",
        (
            "OM-QUEUE",
            "CALL-QUEUED",
            "CALL-OM",
        ),
    ),
    ScenarioTitle(
        "Who was complete first comes first, not who forecast first",
        "3-4-queue",
        (
            "OM-QUEUE",
            "OM-ESTABLISHED",
        ),
    ),
    ScenarioTitle(
        "Of two claims complete on one day the one recorded first comes first",
        "3-4-queue",
        ("OM-QUEUE",),
    ),
    ScenarioTitle(
        "A queued claim lapses by its own clock",
        "3-4-queue",
        (
            "OM-QUEUE",
            "OM-GRACE",
        ),
    ),
    ScenarioTitle(
        "A queued claim is awarded the business",
        "3-4-queue",
        (
            "OM-QUEUE",
            "OM-WON",
        ),
    ),
    ScenarioTitle(
        "When the first is won, given up or dropped the next moves up that day",
        "3-4-queue",
        (
            "OM-QUEUE",
            "OM-WON",
            "OM-ABANDON",
            "OM-FORECAST-ONLY",
        ),
    ),
    ScenarioTitle(
        "Claims on one line of two accounts do not meet",
        "3-4-queue",
        ("OM-QUEUE",),
    ),
    ScenarioTitle(
        "A handover keeps the place in the queue",
        "3-4-queue",
        (
            "OM-QUEUE",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "The manager of an opportunity has no charge of the account",
        "3-4-queue",
        ("OM-NOT-ACCOUNT",),
    ),
    ScenarioTitle(
        "The manager of an opportunity asks for other business like anybody else",
        "3-4-queue",
        (
            "OM-NOT-ACCOUNT",
            "CALL-MAM-AGREEMENT",
        ),
    ),
    ScenarioTitle(
        "The lapse of one opportunity does not touch another",
        "3-4-queue",
        (
            "OM-NOT-ACCOUNT",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "A Major Account Manager needs a major account",
        "4-account-managers",
        ("MAM-MAJOR",),
    ),
    ScenarioTitle(
        "An account that was never elevated has nobody in charge",
        "4-account-managers",
        ("MAM-MAJOR",),
    ),
    ScenarioTitle(
        "Two can't be in charge at once",
        "4-account-managers",
        ("MAM-MAJOR",),
    ),
    ScenarioTitle(
        "An appointment recorded late must not stand beside a later one",
        "4-account-managers",
        ("MAM-MAJOR",),
    ),
    ScenarioTitle(
        "If the elevation is taken back nobody is in charge any more",
        "4-account-managers",
        (
            "MAM-MAJOR",
            "MAM-IN-CHARGE",
        ),
    ),
    ScenarioTitle(
        "Partners of the two strategic tiers may be in charge",
        "4-account-managers",
        ("MAM-PARTNER",),
    ),
    ScenarioTitle(
        "No other partner may be in charge, nor anybody acting for one",
        "4-account-managers",
        ("MAM-PARTNER",),
    ),
    ScenarioTitle(
        "Neither the company itself nor a contact of it may be in charge",
        "4-account-managers",
        ("MAM-PARTNER",),
    ),
    ScenarioTitle(
        "A partner may be in charge from the day it gets a strategic tier",
        "4-account-managers",
        ("MAM-PARTNER",),
    ),
    ScenarioTitle(
        "Whoever acts for a strategic partner may be in charge, and the partner may then call",
        "4-account-managers",
        (
            "MAM-PARTNER",
            "MAM-IN-CHARGE",
            "CALL-MAM",
        ),
    ),
    ScenarioTitle(
        "Whoever is in charge may call for any business, reserved or not",
        "4-account-managers",
        (
            "MAM-IN-CHARGE",
            "CALL-MAM",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Appointed and released on one day is in charge for no day",
        "4-account-managers",
        ("MAM-IN-CHARGE",),
    ),
    ScenarioTitle(
        "An elevated account makes nobody responsible by itself",
        "4-account-managers",
        ("MAM-ELEVATED",),
    ),
    ScenarioTitle(
        "A manager grows into the account by being appointed",
        "4-account-managers",
        (
            "MAM-ELEVATED",
            "MAM-IN-CHARGE",
            "CALL-MAM",
        ),
    ),
    ScenarioTitle(
        "The charge of the account outlives the opportunity it grew from",
        "4-account-managers",
        (
            "MAM-ELEVATED",
            "OM-NOT-ACCOUNT",
        ),
    ),
    ScenarioTitle(
        "While a live claim's manager is not in charge, a settlement is owed",
        "4-account-managers",
        ("MAM-SETTLE",),
    ),
    ScenarioTitle(
        "Handing over to whoever is in charge settles",
        "4-account-managers",
        (
            "MAM-SETTLE",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "The one in charge owes no settlement to itself, nor does anybody acting as it",
        "4-account-managers",
        ("MAM-SETTLE",),
    ),
    ScenarioTitle(
        "A claim that reserves nothing yet, or was won, owes no settlement",
        "4-account-managers",
        ("MAM-SETTLE",),
    ),
    ScenarioTitle(
        "A manager with a plan developed and executed holds the account's growth",
        "4-account-managers",
        (
            "GROWTH",
            "CALL-GROWTH",
            "CALL-PARTNER-FREE",
            "CALL-GROWTH-AGREEMENT",
        ),
    ),
    ScenarioTitle(
        "A plan without an opportunity gives no growth",
        "4-account-managers",
        ("GROWTH",),
    ),
    ScenarioTitle(
        "Growth ends with the last live or won right",
        "4-account-managers",
        (
            "GROWTH",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "A won right keeps growth alive until the contract ends",
        "4-account-managers",
        (
            "GROWTH",
            "OM-WON",
        ),
    ),
    ScenarioTitle(
        "Nobody holds growth while somebody is in charge",
        "4-account-managers",
        (
            "GROWTH",
            "MAM-IN-CHARGE",
        ),
    ),
    ScenarioTitle(
        "Of several the one whose plan was executed first holds growth",
        "4-account-managers",
        ("GROWTH",),
    ),
    ScenarioTitle(
        "A handover moves the right from its date, and nothing else",
        "5-moves-and-shares",
        ("HANDOVER",),
    ),
    ScenarioTitle(
        "Of two handovers on one day the later recorded holds",
        "5-moves-and-shares",
        ("HANDOVER",),
    ),
    ScenarioTitle(
        "A handover recorded late stands between the managers before and after it",
        "5-moves-and-shares",
        (
            "HANDOVER",
            "REASSIGN",
        ),
    ),
    ScenarioTitle(
        "Without a manager there is nothing to hand over",
        "5-moves-and-shares",
        ("HANDOVER",),
    ),
    ScenarioTitle(
        "A handover moves the right on a contract already won",
        "5-moves-and-shares",
        (
            "HANDOVER",
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A reassignment for coverage moves the right from its date",
        "5-moves-and-shares",
        ("REASSIGN",),
    ),
    ScenarioTitle(
        "Reassigned and handed over on one day, the later recorded holds",
        "5-moves-and-shares",
        (
            "REASSIGN",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "A reassignment that is taken back never moved anything",
        "5-moves-and-shares",
        ("REASSIGN",),
    ),
    ScenarioTitle(
        "A share is in force once everybody named has accepted",
        "5-moves-and-shares",
        (
            "SHARE",
            "CALL-TEAMING",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A share accepted early waits for its start, and ends before its end date",
        "5-moves-and-shares",
        (
            "SHARE",
            "CALL-TEAMING",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Percentages that do not make exactly 100 are refused",
        "5-moves-and-shares",
        ("SHARE",),
    ),
    ScenarioTitle(
        "Whoever is not named by a share can't answer for it",
        "5-moves-and-shares",
        ("SHARE",),
    ),
    ScenarioTitle(
        "One refusal and the share never comes into force",
        "5-moves-and-shares",
        ("SHARE",),
    ),
    ScenarioTitle(
        "A refusal after the acceptance ends the share on that day",
        "5-moves-and-shares",
        ("SHARE",),
    ),
    ScenarioTitle(
        "A later agreement replaces the earlier for good",
        "5-moves-and-shares",
        (
            "SHARE",
            "CALL-TEAMING",
        ),
    ),
    ScenarioTitle(
        "Of two agreements that start on one day the one completed last holds",
        "5-moves-and-shares",
        ("SHARE",),
    ),
    ScenarioTitle(
        "A share with whoever is in charge settles",
        "5-moves-and-shares",
        (
            "SHARE-MAM",
            "MAM-SETTLE",
        ),
    ),
    ScenarioTitle(
        "A share without whoever is in charge does not settle",
        "5-moves-and-shares",
        (
            "SHARE-MAM",
            "MAM-SETTLE",
        ),
    ),
    ScenarioTitle(
        "When somebody else takes charge the share no longer settles",
        "5-moves-and-shares",
        (
            "SHARE-MAM",
            "MAM-SETTLE",
        ),
    ),
    ScenarioTitle(
        "A share with the organisation in charge settles, whoever signs for it",
        "5-moves-and-shares",
        ("SHARE-MAM",),
    ),
    ScenarioTitle(
        "The prime contractor owes a renewal for each renewal date",
        "6-partners",
        ("PRIME",),
    ),
    ScenarioTitle(
        "A renewal that covers the date meets it, from the day it takes effect",
        "6-partners",
        ("PRIME",),
    ),
    ScenarioTitle(
        "A renewal whose period begins a day late does not meet the date",
        "6-partners",
        ("PRIME",),
    ),
    ScenarioTitle(
        "Renewal dates that begin on a leap day",
        "6-partners",
        ("PRIME",),
    ),
    ScenarioTitle(
        "The duty goes with the opportunity, and ends with the contract or the partner",
        "6-partners",
        (
            "PRIME",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "The prime contractor holds the renewal",
        "6-partners",
        (
            "PRIME",
            "CALL-RENEWAL",
            "CALL-PRIME",
        ),
    ),
    ScenarioTitle(
        "A co-sell partner is included in the 90 days before the renewal",
        "6-partners",
        ("CO-SELL",),
    ),
    ScenarioTitle(
        "The partner is included on the very day of the renewal",
        "6-partners",
        ("CO-SELL",),
    ),
    ScenarioTitle(
        "Included a day after the renewal is too late for it",
        "6-partners",
        ("CO-SELL",),
    ),
    ScenarioTitle(
        "Without renewal terms, or without a right won, nothing is owed for renewals",
        "6-partners",
        (
            "CO-SELL",
            "PRIME",
        ),
    ),
    ScenarioTitle(
        "The renewal terms of a contract are its own, whichever opportunity's award stated them",
        "6-partners",
        (
            "PRIME",
            "CO-SELL",
        ),
    ),
    ScenarioTitle(
        "A partner changes from co-sell to prime resale",
        "6-partners",
        (
            "CO-SELL",
            "PRIME",
            "CALL-CO-SELL",
            "CALL-PRIME",
        ),
    ),
    ScenarioTitle(
        "A co-sell partner owes copies as a courtesy until the first one comes",
        "6-partners",
        ("CO-SELL-COPIES",),
    ),
    ScenarioTitle(
        "A courtesy not paid changes no right",
        "6-partners",
        (
            "CO-SELL-COPIES",
            "CALL-CO-SELL",
        ),
    ),
    ScenarioTitle(
        "A copy of the contract will do, one from before the inclusion will not",
        "6-partners",
        ("CO-SELL-COPIES",),
    ),
    ScenarioTitle(
        "The manager keeps its hands off the co-sell partner's line",
        "6-partners",
        (
            "CO-SELL-HANDS-OFF",
            "CALL-HANDS-OFF",
            "CALL-CO-SELL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
            "CALL-RENEWAL",
        ),
    ),
    ScenarioTitle(
        "Hands off until the co-sell partner leaves",
        "6-partners",
        (
            "CO-SELL-HANDS-OFF",
            "CALL-HANDS-OFF",
            "CALL-RENEWAL",
        ),
    ),
    ScenarioTitle(
        "Hands off goes with the opportunity",
        "6-partners",
        (
            "CO-SELL-HANDS-OFF",
            "CALL-HANDS-OFF",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Whoever is in charge may call even for a line of its own claim",
        "7-1-calling-for-new-business",
        ("CALL-MAM",),
    ),
    ScenarioTitle(
        "The manager of the first claim may call, from its start through grace",
        "7-1-calling-for-new-business",
        (
            "CALL-OM",
            "CALL-AFTER-LAPSE",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "A partner's whole house may call for its claim",
        "7-1-calling-for-new-business",
        ("CALL-OM",),
    ),
    ScenarioTitle(
        "A co-sell partner may call for its lines, from its inclusion until its release",
        "7-1-calling-for-new-business",
        (
            "CALL-CO-SELL",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A co-sell partner may not call for the other lines",
        "7-1-calling-for-new-business",
        (
            "CALL-CO-SELL",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Taking part in a claim that waits gives no call",
        "7-1-calling-for-new-business",
        (
            "CALL-CO-SELL",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A prime-resale partner calls with the manager's agreement",
        "7-1-calling-for-new-business",
        (
            "CALL-PRIME",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Co-sell comes before prime resale, and prime resale before a share",
        "7-1-calling-for-new-business",
        (
            "CALL-CO-SELL",
            "CALL-PRIME",
            "CALL-TEAMING",
        ),
    ),
    ScenarioTitle(
        "Whoever acts for a party of the share may call",
        "7-1-calling-for-new-business",
        (
            "CALL-TEAMING",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Partners may call for further business that was kept from them",
        "7-1-calling-for-new-business",
        (
            "CALL-UNSHARED",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A new manager's only opportunity is not its first if another made it complete",
        "7-1-calling-for-new-business",
        ("CALL-UNSHARED",),
    ),
    ScenarioTitle(
        "First is who was established first, not what was opened first",
        "7-1-calling-for-new-business",
        ("CALL-UNSHARED",),
    ),
    ScenarioTitle(
        "First is counted on each account by itself",
        "7-1-calling-for-new-business",
        (
            "CALL-UNSHARED",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Sharing and lapse on the day they happen",
        "7-1-calling-for-new-business",
        (
            "CALL-UNSHARED",
            "CALL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "A reserved line says when it opens, past every claim in the queue",
        "7-1-calling-for-new-business",
        (
            "CALL-RESERVED",
            "CALL-QUEUED",
        ),
    ),
    ScenarioTitle(
        "A contact of the customer is denied like anybody else",
        "7-1-calling-for-new-business",
        ("CALL-RESERVED",),
    ),
    ScenarioTitle(
        "Whoever waits is told so, and so is everybody acting as it",
        "7-1-calling-for-new-business",
        ("CALL-QUEUED",),
    ),
    ScenarioTitle(
        "Whoever waits may call if something else allows it",
        "7-1-calling-for-new-business",
        (
            "CALL-QUEUED",
            "CALL-TEAMING",
        ),
    ),
    ScenarioTitle(
        "Waiting behind two claims until the later of them ends",
        "7-1-calling-for-new-business",
        (
            "CALL-QUEUED",
            "OM-QUEUE",
        ),
    ),
    ScenarioTitle(
        "A claim that lapses while it waits opens only with the whole queue",
        "7-1-calling-for-new-business",
        (
            "CALL-QUEUED",
            "CALL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "Business that nobody claims needs the agreement of whoever is in charge",
        "7-1-calling-for-new-business",
        (
            "CALL-MAM-AGREEMENT",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "A reserved line opens to the agreement of whoever is in charge",
        "7-1-calling-for-new-business",
        (
            "CALL-MAM-AGREEMENT",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Growth decides only while nobody is in charge",
        "7-1-calling-for-new-business",
        (
            "CALL-MAM-AGREEMENT",
            "CALL-GROWTH",
            "CALL-GROWTH-AGREEMENT",
            "CALL-PARTNER-FREE",
        ),
    ),
    ScenarioTitle(
        "Growth gives no way into a line that another has reserved",
        "7-1-calling-for-new-business",
        (
            "CALL-GROWTH",
            "CALL-PARTNER-FREE",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A partner holds growth, and so does everybody acting as it",
        "7-1-calling-for-new-business",
        (
            "CALL-GROWTH",
            "CALL-GROWTH-AGREEMENT",
            "CALL-PARTNER-FREE",
        ),
    ),
    ScenarioTitle(
        "After the lapse of one line the others are merely beyond the forecast",
        "7-1-calling-for-new-business",
        (
            "CALL-AFTER-LAPSE",
            "CALL-BEYOND-FORECAST",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "An account on which nothing was claimed is open",
        "7-1-calling-for-new-business",
        ("CALL-OPEN",),
    ),
    ScenarioTitle(
        "A claim not complete leaves the account open, one queued is beyond the forecast",
        "7-1-calling-for-new-business",
        (
            "CALL-OPEN",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "An open dispute marks the answers it is about, until it is ruled",
        "7-1-calling-for-new-business",
        (
            "CALL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "A dispute about the whole account marks every answer until it is withdrawn",
        "7-1-calling-for-new-business",
        (
            "CALL-OM",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "The manager of the right won may call for the renewal, others may not",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "After the end of the contract its renewal is new business in general",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL-RESERVED",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "A contract won too late has no holder, and its renewal is new business in general",
        "7-2-calling-for-a-renewal",
        (
            "CALL-AFTER-LAPSE",
            "CALL-PRIME",
        ),
    ),
    ScenarioTitle(
        "A line of the contract that was not won has no holder",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "A co-sell partner's line is its own to renew",
        "7-2-calling-for-a-renewal",
        (
            "CALL-CO-SELL-RENEWAL",
            "CALL-HANDS-OFF",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "The co-sell partner has no call for the other lines, nor for the contract as a whole",
        "7-2-calling-for-a-renewal",
        (
            "CALL-CO-SELL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Even whoever is in charge leaves a co-sell line to its partner",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL-RESERVED",
            "CALL-HANDS-OFF",
            "CALL-MAM",
        ),
    ),
    ScenarioTitle(
        "Whoever shares may call for the renewal while the share is in force",
        "7-2-calling-for-a-renewal",
        (
            "CALL-TEAMING",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A prime-resale partner of the contract calls with the manager's agreement",
        "7-2-calling-for-a-renewal",
        (
            "CALL-PRIME",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A contract won by a partner is its whole house's to renew",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Whoever is in charge agrees to the renewal of a contract that nobody holds",
        "7-2-calling-for-a-renewal",
        (
            "CALL-MAM-AGREEMENT",
            "CALL-MAM",
        ),
    ),
    ScenarioTitle(
        "A dispute on a contract marks the answers about its renewal",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A contract awarded in two opportunities is each manager's for its own line, and either's as a whole",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "Partners and sharers of one opportunity have no part in the lines that another won on the contract",
        "7-2-calling-for-a-renewal",
        (
            "CALL-TEAMING",
            "CALL-PRIME",
            "CALL-RENEWAL-RESERVED",
            "CALL-BEYOND-FORECAST",
        ),
    ),
    ScenarioTitle(
        "A partner resold in both opportunities asks the manager who was awarded the contract first",
        "7-2-calling-for-a-renewal",
        ("CALL-PRIME",),
    ),
    ScenarioTitle(
        "A second opportunity awarded the contract too late has no say in it",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "One line won in two opportunities on one contract, co-sold in one of them",
        "7-2-calling-for-a-renewal",
        (
            "CALL-RENEWAL",
            "CALL-CO-SELL-RENEWAL",
            "CALL-HANDS-OFF",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A co-sell partner's own line is its own whichever of the contract's opportunities it is in",
        "7-2-calling-for-a-renewal",
        (
            "CALL-CO-SELL-RENEWAL",
            "CALL-HANDS-OFF",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "A dispute on one of the contract's opportunities marks what belongs to it",
        "7-2-calling-for-a-renewal",
        ("CALL-RENEWAL-RESERVED",),
    ),
    ScenarioTitle(
        "Sharers of an opportunity awarded too late have no part in what another won",
        "7-2-calling-for-a-renewal",
        (
            "CALL-TEAMING",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Who manages at the award holds the residual, until the contract ends",
        "8-residuals",
        ("RESIDUAL",),
    ),
    ScenarioTitle(
        "A handover leaves the residual behind, unless it says otherwise",
        "8-residuals",
        (
            "RESIDUAL",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "A reassignment takes the residual along, unless it says otherwise",
        "8-residuals",
        (
            "RESIDUAL",
            "REASSIGN",
        ),
    ),
    ScenarioTitle(
        "On the day of the award the order decides whose the residual is",
        "8-residuals",
        (
            "RESIDUAL",
            "HANDOVER",
        ),
    ),
    ScenarioTitle(
        "A contract is not renewed twice for the same day, nor when it has ended",
        "8-residuals",
        ("RESIDUAL",),
    ),
    ScenarioTitle(
        "A renewal earns on the lines won, own or resold, and not on a co-sell partner's",
        "8-residuals",
        (
            "RESIDUAL-BASE",
            "CO-SELL-HANDS-OFF",
            "PRIME",
        ),
    ),
    ScenarioTitle(
        "A renewal does not earn on lines that the award did not cover",
        "8-residuals",
        ("RESIDUAL-BASE",),
    ),
    ScenarioTitle(
        "A renewal is judged on the start of its period, whenever it is told",
        "8-residuals",
        (
            "RESIDUAL-BASE",
            "RESIDUAL-SHARE",
        ),
    ),
    ScenarioTitle(
        "The parties of the share in force on the start of the period split the base",
        "8-residuals",
        (
            "RESIDUAL-SHARE",
            "SHARE",
        ),
    ),
    ScenarioTitle(
        "A share that somebody has not accepted leaves all to the holder",
        "8-residuals",
        ("RESIDUAL-SHARE",),
    ),
    ScenarioTitle(
        "The cent that is left goes to the largest remainder",
        "8-residuals",
        ("RESIDUAL-EXACT",),
    ),
    ScenarioTitle(
        "Of equal remainders and equal percentages the first party id has the smallest unit",
        "8-residuals",
        ("RESIDUAL-EXACT",),
    ),
    ScenarioTitle(
        "A contract is renewed and enlarged in its own currency",
        "8-residuals",
        ("RESIDUAL-EXACT",),
    ),
    ScenarioTitle(
        "A contract won too late earns for nobody, and is listed",
        "8-residuals",
        (
            "RESIDUAL-NOBODY",
            "OM-LATE-AWARD",
        ),
    ),
    ScenarioTitle(
        "A contract without renewal terms earns for nobody until an award states them",
        "8-residuals",
        (
            "RESIDUAL-NOBODY",
            "RESIDUAL",
        ),
    ),
    ScenarioTitle(
        "A renewal whose award was taken back is still listed",
        "8-residuals",
        ("RESIDUAL-NOBODY",),
    ),
    ScenarioTitle(
        "A closed month stays as it was, and what is learnt later is booked in the first open one",
        "8-residuals",
        ("PERIOD",),
    ),
    ScenarioTitle(
        "Adjustments stay in the month in which they were booked",
        "8-residuals",
        ("PERIOD",),
    ),
    ScenarioTitle(
        "Months are closed once, in order, when they are over, and for good",
        "8-residuals",
        ("PERIOD",),
    ),
    ScenarioTitle(
        "What is learnt of a month before the first one closed is an adjustment too",
        "8-residuals",
        ("PERIOD",),
    ),
    ScenarioTitle(
        "An answer in time or too late ends the wait for it, a ruling the wait for everything",
        "9-disputes",
        ("CALL-OM",),
    ),
    ScenarioTitle(
        "Only a party that a dispute concerns can open it, or one on its behalf who names it",
        "9-disputes",
        ("CALL-RESERVED",),
    ),
    ScenarioTitle(
        "A dispute is on something that is there",
        "9-disputes",
        ("OM-WON",),
    ),
    ScenarioTitle(
        "A dispute is answered by another party that it concerns, and argued while it is open",
        "9-disputes",
        ("CALL-OM",),
    ),
    ScenarioTitle(
        "A dispute ends once, and nothing comes after",
        "9-disputes",
        ("CALL-OM",),
    ),
    ScenarioTitle(
        "A ruling names rules that the book knows",
        "9-disputes",
        ("REASSIGN",),
    ),
    ScenarioTitle(
        "A ruling that is taken back leaves the dispute open, as known from then on",
        "9-disputes",
        ("CALL-RESERVED",),
    ),
    ScenarioTitle(
        "Who was in charge or held the line before is still concerned after a handover",
        "9-disputes",
        (
            "HANDOVER",
            "MAM-IN-CHARGE",
        ),
    ),
    ScenarioTitle(
        "Hard case: an award in time that becomes known after the lapse",
        "hard-cases",
        (
            "OM-LATE-AWARD",
            "OM-WON",
            "CALL-AFTER-LAPSE",
            "CALL-RENEWAL",
            "CALL-RENEWAL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: the same award corrected twice",
        "hard-cases",
        (
            "OM-WON",
            "OM-LATE-AWARD",
        ),
    ),
    ScenarioTitle(
        "Hard case: a manager reassigned during grace",
        "hard-cases",
        (
            "REASSIGN",
            "OM-GRACE",
            "CALL-OM",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: somebody takes charge of an account with three live claims by three people",
        "hard-cases",
        (
            "MAM-SETTLE",
            "MAM-IN-CHARGE",
            "CALL-MAM",
            "CALL-OM",
            "CALL-MAM-AGREEMENT",
        ),
    ),
    ScenarioTitle(
        "Hard case: a share that all but one have accepted",
        "hard-cases",
        (
            "SHARE",
            "CALL-RESERVED",
            "SHARE-MAM",
        ),
    ),
    ScenarioTitle(
        "Hard case: the last acceptance of a share is taken back",
        "hard-cases",
        (
            "SHARE",
            "CALL-TEAMING",
        ),
    ),
    ScenarioTitle(
        "Hard case: a party leaves a share",
        "hard-cases",
        (
            "SHARE",
            "CALL-TEAMING",
            "CALL-RESERVED",
            "SHARE-MAM",
        ),
    ),
    ScenarioTitle(
        "Hard case: a party of a share leaves its organisation",
        "hard-cases",
        (
            "SHARE",
            "CALL-TEAMING",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: two claims on a line complete on the same day",
        "hard-cases",
        (
            "OM-QUEUE",
            "CALL-OM",
            "CALL-QUEUED",
        ),
    ),
    ScenarioTitle(
        "Hard case: a queued claim outlives the first, and falls back when the first turns out extended",
        "hard-cases",
        (
            "OM-QUEUE",
            "OM-ANCHOR",
            "CALL-OM",
            "CALL-QUEUED",
        ),
    ),
    ScenarioTitle(
        "Hard case: the manager's own second opportunity, not shared",
        "hard-cases",
        (
            "CALL-UNSHARED",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: activity on the second opportunity turns out to have been shared",
        "hard-cases",
        (
            "CALL-UNSHARED",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: a member of a partner organisation asks, before and after it changes sides",
        "hard-cases",
        (
            "CALL-OM",
            "CALL-RESERVED",
        ),
    ),
    ScenarioTitle(
        "Hard case: an organisation stops being a partner",
        "hard-cases",
        (
            "CALL-OM",
            "CALL-RESERVED",
            "CALL-UNSHARED",
        ),
    ),
    ScenarioTitle(
        "Hard case: a co-sell partner asks about the manager's line",
        "hard-cases",
        (
            "CALL-RESERVED",
            "CALL-CO-SELL",
            "CALL-RENEWAL-RESERVED",
            "CALL-CO-SELL-RENEWAL",
        ),
    ),
    ScenarioTitle(
        "Hard case: an extension granted on the deadline, and one on the day after",
        "hard-cases",
        (
            "OM-ANCHOR",
            "OM-LAPSED",
        ),
    ),
    ScenarioTitle(
        "Hard case: grace goes from 90 to 60 days while clocks run",
        "hard-cases",
        (
            "OM-GRACE",
            "CALL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "Hard case: the appointment that everything stands on is taken back",
        "hard-cases",
        (
            "OM-ESTABLISHED",
            "OM-WON",
            "GROWTH",
            "MAM-SETTLE",
            "PRIME",
            "CALL-OPEN",
        ),
    ),
    ScenarioTitle(
        "Hard case: after the retraction another manager is appointed, and stands on the same evidence",
        "hard-cases",
        (
            "OM-ESTABLISHED",
            "OM-ONE",
        ),
    ),
    ScenarioTitle(
        "Hard case: a parent account and its child",
        "hard-cases",
        (
            "OM-NOT-ACCOUNT",
            "MAM-IN-CHARGE",
            "GROWTH",
            "CALL-OPEN",
            "CALL-MAM-AGREEMENT",
            "CALL-RESERVED",
            "CALL-AFTER-LAPSE",
        ),
    ),
    ScenarioTitle(
        "Hard case: only the child is elevated",
        "hard-cases",
        (
            "MAM-MAJOR",
            "MAM-IN-CHARGE",
        ),
    ),
    ScenarioTitle(
        "Hard case: a renamed account keeps its rights",
        "hard-cases",
        ("OM-NOT-ACCOUNT",),
    ),
    ScenarioTitle(
        "Hard case: two awards on one day, one of them after the line was dropped",
        "hard-cases",
        (
            "OM-WON",
            "OM-FORECAST-ONLY",
            "OM-LATE-AWARD",
        ),
    ),
)
"""In the order of the files."""
