"""Help by volunteers (志愿者) and auxiliaries (协管员) as a case keeps it: offers, who took them, hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """Time that somebody gave, certified by whoever leads; a number is unique within the case."""

    no: int
    offer: int
    worker: str
    minutes: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class HelpOffer:
    """A piece of help that is wanted.

    Attributes:
        no: 1, 2, ... within the case.
        ordered: Taken on order of the emergency command only (志愿服务促进条例 art. 25).
        by: Who asked for it, for `org`.
        takers: User ids of those who took it, in order; never more than `slots`.
        came: Everybody who ever took it: their hours can be recorded after they left.
        seq: Number of the event that has its words.
        task: Task of the community that asked, None if the raiser did.
    """

    no: int
    slots: int
    ordered: bool
    by: str
    org: str
    at: datetime
    takers: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    closed: bool = False
    seq: int = 0
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Helping:
    """All help in a case."""

    offers: tuple[HelpOffer, ...] = ()
    hours: tuple[Hours, ...] = ()

    def takes_part(self, worker: str) -> bool:
        """Tell whether somebody helps in the case now."""
        return any(worker in offer.takers for offer in self.offers)


NO_HELP = Helping()
