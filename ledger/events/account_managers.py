"""Major Account Managers: who is in charge of an elevated account."""

from typing import Literal

from ledger.events.base import AccountEvent, EventData, OpportunityRef, PartyRef, example
from ledger.text import Text


class MajorAccountManagerAppointed(AccountEvent):
    """A party takes charge of the account; it may have grown out of an opportunity."""

    rules = ("MAM-MAJOR", "MAM-PARTNER", "MAM-IN-CHARGE", "MAM-ELEVATED", "MAM-SETTLE")
    model_config = example("major_account_manager_appointed", {"party_id": "mary", "elevated_from": "opp-1"})

    class Data(EventData):
        party_id: PartyRef
        elevated_from: OpportunityRef | None = None

    type: Literal["major_account_manager_appointed"] = "major_account_manager_appointed"
    data: Data


class MajorAccountManagerReleased(AccountEvent):
    """The party in charge of the account is no longer so."""

    rules = ("MAM-MAJOR", "MAM-IN-CHARGE")
    model_config = example("major_account_manager_released", {"reason": "Moves to another region."})

    class Data(EventData):
        reason: Text

    type: Literal["major_account_manager_released"] = "major_account_manager_released"
    data: Data
