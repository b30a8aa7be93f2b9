"""To which opportunities a renewal belongs, and who has a part in it there."""

import pytest

from policies.kept import ContractSituation
from policies.reasons import Reason
from policies.renewals import co_sellers, concerned, holder, resold

WHY = Reason("CO-SELL")


def part(name: str, *, won: str = "", lines: str = "", place: int = 0) -> ContractSituation:
    """One opportunity of a contract, whose manager is jane."""
    return ContractSituation(
        name, "jane", "jane" if won else None, tuple(won.split()), lines=tuple(lines.split()), place=place
    )


@pytest.mark.parametrize(
    ("line", "opportunities"),
    [
        (None, ["opp-1"]),
        ("gtx-pro", ["opp-1"]),
        ("cable", ["opp-1", "opp-2"]),
        ("rack", ["opp-2"]),
        ("support", ["opp-3", "opp-1", "opp-2"]),
    ],
)
def test_to_which_opportunities_a_line_belongs(line: str | None, opportunities: list[str]) -> None:
    """Those that won it, else those awarded it, else all of the contract; the first awarded in front."""
    contract = [
        part("opp-2", lines="cable gtx-pro rack", place=1),
        part("opp-1", won="gtx-pro", lines="cable gtx-pro", place=1),
        part("opp-3"),
    ]
    assert [one.opportunity_id for one in concerned(contract, line)] == opportunities


def test_a_contract_that_nobody_won_belongs_to_all_its_opportunities() -> None:
    """As a whole; and one that is not live to none."""
    contract = [part("opp-2", lines="rack", place=1), part("opp-1", lines="gtx-pro")]
    assert [one.opportunity_id for one in concerned(contract, None)] == ["opp-1", "opp-2"]
    assert list(concerned([], "rack")) == []


def test_who_has_a_part_in_a_line() -> None:
    """The holder of what was won, co-sell partners of the line, partners whose awarded line is resold."""
    one = ContractSituation(
        "opp-1",
        "jane",
        "jane",
        ("gtx-pro",),
        (("south", "installation", WHY),),
        (("north", "rack", WHY), ("east", "spares", WHY)),
        ("gtx-pro", "rack"),
    )
    assert [holder(one, line) for line in (None, "gtx-pro", "rack")] == ["jane", "jane", None]
    assert [co_sellers(one, line) for line in (None, "installation", "rack")] == [[], [("south", WHY)], []]
    assert [[party for party, _ in resold(one, line)] for line in (None, "rack", "spares", "gtx-pro")] == [
        ["north"],
        ["north"],
        ["east"],
        [],
    ]
