"""A trial: one account taken through what is supposed, by the same checks and rules as a recording."""

from __future__ import annotations

from ledger.events.accounts import AccountOpened
from ledger.events.awards import BusinessAwarded
from ledger.events.references import references
from ledger.events.selection_criteria import CustomerScored
from ledger.recorded import Recorded
from policies.account import AccountReading
from policies.parties import Parties
from policies.stages import Stages
from policies.world import World
from projections.judging import Candidate, judge
from projections.pages import parties_named
from projections.parties import put
from projections.simulation.supposing import Sequel
from projections.simulation.verdicts import KnownHere


class Trial:
    """An account, read as it is known, and then with the sequel.

    `position` is how far it has come; `named` are the parties that the account's events name.
    """

    def __init__(self, account_id: str, sequel: Sequel) -> None:
        self.account_id = account_id
        self.position = sequel.start
        self.named: set[str] = set()
        self._sequel = sequel
        self._reading = AccountReading(account_id, World())
        self._put: set[str] = set()
        self._turns: int | None = None
        history = sequel.standing.history(account_id)
        self.events = len(history)
        """How many the ledger has of it."""
        for fact in history:
            self._name(fact)
            self._reading.facts.add(fact)
        self.known_before = self.known
        """What questions could name before the sequel."""

    @property
    def known(self) -> KnownHere:
        """What questions may name, as far as it has come."""
        events = [fact.event for fact in self._reading.facts.by_id.values()]
        contracts = frozenset(event.data.contract_id for event in events if isinstance(event, BusinessAwarded))
        return KnownHere(any(isinstance(event, AccountOpened) for event in events), contracts)

    def run(self) -> AccountReading:
        """The account with the sequel. Raises RuleRefused or MalformedEvents where that would not be recorded."""
        for candidate in self._sequel.of(self.account_id):
            if candidate.fact.position > self.position:
                self._take(candidate)
        self.position = self._sequel.end
        self._turn(self.position)
        return self._reading

    def _take(self, candidate: Candidate) -> None:
        fact = candidate.fact
        self._turn(fact.position - 1)
        self.position = fact.position
        if fact.account_id == self.account_id:
            register = self._sequel.register_at(fact.position - 1)
            named = [one.id for one in references(fact.event) if one.kind == "party"]
            put(self._reading.world.parties, register, named, self._put)
            if isinstance(fact.event, CustomerScored) or getattr(fact.data, "stage", None) is not None:
                configured = self._sequel.configured_at(fact.position)
                judge(candidate, self._reading, stages=Stages(configured), criteria=configured)
            else:
                judge(candidate, self._reading)
        self._name(fact)
        self._reading.apply(fact)

    def _name(self, fact: Recorded) -> None:
        if fact.account_id == self.account_id:
            self.named.update(parties_named(fact))

    def _turn(self, position: int) -> None:
        """Derives all anew if the world at a position is another one."""
        turns = self._sequel.turns(position)
        if turns == self._turns:
            return
        self._turns, self._put, parties = turns, set(), Parties()
        self._sequel.register.load(self.named)
        put(parties, self._sequel.register_at(position), self.named, self._put)
        self._reading.reread(World(self._sequel.figures_at(position), parties))
