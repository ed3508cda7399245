"""The case catalogue: which classes (类别) of matters exist, and which of them a text seems to mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from domain.errors import DomainError

CLASS_CODE: Final = re.compile(r"[PE][0-9]{5}|[LW][0-9]{2}", re.ASCII)
_BROKEN: Final = "异常"
_NAME_WEIGHT: Final = 2


class Family(StrEnum):
    """Where a class comes from; the first letter of its code says the same (P, E, L, W)."""

    COMPONENT = "component"
    MATTER = "matter"
    LETTER = "letter"
    WHISTLE = "whistle"


PREFIX: Final[Mapping[Family, str]] = {
    Family.COMPONENT: "P",
    Family.MATTER: "E",
    Family.LETTER: "L",
    Family.WHISTLE: "W",
}


class UnknownClassError(DomainError):
    """Code `unknown_class`: the catalogue has no such class."""

    code: ClassVar[str] = "unknown_class"


@dataclass(frozen=True, slots=True)
class CaseClass:
    """One class of matters.

    Attributes:
        code: `P01001` component (管理部件), `E01001` matter (管理事项), `L01` letter, `W01` whistle; the five digits
            are those of the standard, whose codes are unique only together with the kind of matter.
        category: Chinese name of the group it belongs to.
        keywords: At most five words by which people name it; may be empty.
        source: The standard or list it was taken from, or `proposal`.
    """

    code: str
    name: str
    family: Family
    category: str
    keywords: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All classes of one version by code, in order of the file."""

    classes: Mapping[str, CaseClass]

    @classmethod
    def of(cls, classes: Iterable[CaseClass]) -> "Catalogue":
        """Index the classes."""
        return cls({each.code: each for each in classes})

    def __len__(self) -> int:
        return len(self.classes)

    def __contains__(self, code: object) -> bool:
        return code in self.classes

    def get(self, code: str) -> CaseClass:
        """Return the class.

        Raises:
            UnknownClassError: code `unknown_class`.
        """
        found = self.classes.get(code)
        if found is None:
            raise UnknownClassError(f"the catalogue has no class {code!r}", value=code)
        return found

    def named(self, name: str, family: Family | None = None) -> CaseClass | None:
        """Return the first class with exactly this name, of one family if it is given; None if there is none."""
        for each in self.classes.values():
            if each.name == name.strip() and family in (None, each.family):
                return each
        return None

    def is_thing(self, code: str) -> bool:
        """Tell whether a class is about a thing that somebody owns (部件), not about what happens in a place (事件).

        A component is; so is a matter whose category holds components.

        Raises:
            UnknownClassError: code `unknown_class`.
        """
        found = self.get(code)
        of_things = {each.category for each in self.classes.values() if each.family is Family.COMPONENT}
        return found.family is Family.COMPONENT or (found.family is Family.MATTER and found.category in of_things)

    def suggest(self, text: str, limit: int = 5) -> tuple[CaseClass, ...]:
        """Return the classes whose name or keywords stand in the text, best first; at most `limit`, may be empty.

        A help for the person who raises, never a decision: it counts the characters found, a name double. Components
        are left out, because people report what is wrong with a thing and not the thing.
        """
        scored = [
            (_score(each, text), -place, each)
            for place, each in enumerate(self.classes.values())
            if each.family is not Family.COMPONENT
        ]
        hits = sorted((hit for hit in scored if hit[0] > 0), key=lambda hit: hit[:2], reverse=True)
        return tuple(each for _, _, each in hits[:limit])


def _score(each: CaseClass, text: str) -> int:
    name = each.name.removesuffix(_BROKEN)
    by_name = _NAME_WEIGHT * len(name) if name in text else 0
    return by_name + sum(len(word) for word in each.keywords if word in text)
