"""The world around an account: the figures and the parties, as known at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from policies.figures import Figures
from policies.parties import Parties


@dataclass(frozen=True, slots=True)
class World:
    """What the rules need besides the account's own history."""

    figures: Figures = field(default_factory=Figures)
    parties: Parties = field(default_factory=Parties)
