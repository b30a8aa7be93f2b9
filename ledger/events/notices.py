"""Notices: what the scheduler records when a date comes near or has passed. They change no right."""

from typing import Literal

from ledger.dates import BusinessDate
from ledger.events.base import AccountEvent, EventData, EventRef, Line, OpportunityRef, example


class NoticeData(EventData):
    """Which claim, and when its time runs out."""

    opportunity_id: OpportunityRef
    line: Line
    deadline_on: BusinessDate


class GraceWarningIssued(AccountEvent):
    """The parties were warned that a claim will lapse."""

    rules = ("OM-GRACE",)
    system_only = True
    model_config = example(
        "grace_warning_issued", {"opportunity_id": "opp-1", "line": "gtx-pro", "deadline_on": "2026-06-29"}
    )

    class Data(NoticeData):
        pass

    type: Literal["grace_warning_issued"] = "grace_warning_issued"
    data: Data


class RightsLapsed(AccountEvent):
    """A claim was seen to have lapsed; it did so by its dates, not by this notice."""

    rules = ("OM-GRACE", "OM-LAPSED")
    system_only = True
    model_config = example(
        "rights_lapsed",
        {"opportunity_id": "opp-1", "line": "gtx-pro", "deadline_on": "2026-06-29"},
        on="2026-06-30",
    )

    class Data(NoticeData):
        pass

    type: Literal["rights_lapsed"] = "rights_lapsed"
    data: Data


class RightsRevived(AccountEvent):
    """A lapse that was announced is undone by what became known since; `effective_on` is the day it had stood from."""

    rules = ("OM-LATE-AWARD", "OM-ANCHOR", "OM-LAPSED")
    system_only = True
    model_config = example(
        "rights_revived",
        {
            "opportunity_id": "opp-1",
            "line": "gtx-pro",
            "deadline_on": "2026-06-29",
            "because_of": "018f3c1e-7b0a-4c55-9d5e-2f6a8f0f1c11",
        },
        on="2026-06-30",
    )

    class Data(NoticeData):
        because_of: EventRef

    type: Literal["rights_revived"] = "rights_revived"
    data: Data
