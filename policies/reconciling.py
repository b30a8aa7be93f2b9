"""Reconciling: what an outside list says was paid, held against what statements say is owed, to the minor unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from policies.rulebook import rule


class PaymentKey(NamedTuple):
    """What is paid at once: to whom, for which contract, in the statement of which month, in which currency."""

    period: str
    contract_id: str
    party_id: str
    currency: str


Kind = Literal["missing", "extra", "different"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the two do not agree, in minor units: `missing` is owed and not paid, `extra` paid and not owed."""

    kind: Kind
    key: PaymentKey
    owed: int
    paid: int

    @property
    def difference(self) -> int:
        """What was paid too much; negative for too little."""
        return self.paid - self.owed


@rule("RESIDUAL-EXACT", "PERIOD")
def reconcile(owed: Iterable[tuple[PaymentKey, int]], paid: Iterable[tuple[PaymentKey, int]]) -> tuple[Finding, ...]:
    """Where payments are not what is owed, by month, contract and party; several amounts of one key are added.

    What comes to nothing need not be paid, and currencies are never added together.
    """
    owing, paying = _sums(owed), _sums(paid)
    return tuple(
        Finding(_kind(key, owing, paying), key, owing[key], paying[key])
        for key in sorted(owing.keys() | paying.keys())
        if owing[key] != paying[key]
    )


@dataclass(frozen=True, slots=True)
class Sum:
    """All that is owed and all that was paid in one currency, in minor units."""

    currency: str
    owed: int
    paid: int

    @property
    def difference(self) -> int:
        """What was paid too much; negative for too little."""
        return self.paid - self.owed


def by_currency(owed: Iterable[tuple[PaymentKey, int]], paid: Iterable[tuple[PaymentKey, int]]) -> tuple[Sum, ...]:
    """The sums of each currency that is owed or was paid."""
    owing, paying = (Counter[str](), Counter[str]())
    for sums, amounts in ((owing, owed), (paying, paid)):
        for key, amount in amounts:
            sums[key.currency] += amount
    return tuple(Sum(one, owing[one], paying[one]) for one in sorted(owing.keys() | paying.keys()))


def _sums(amounts: Iterable[tuple[PaymentKey, int]]) -> Counter[PaymentKey]:
    sums: Counter[PaymentKey] = Counter()
    for key, amount in amounts:
        sums[key] += amount
    return sums


def _kind(key: PaymentKey, owing: Counter[PaymentKey], paying: Counter[PaymentKey]) -> Kind:
    if key not in paying:
        return "missing"
    return "different" if owing[key] else "extra"
