"""Extension (延期): more time for the stage in work, asked before it is due, ruled on by somebody above."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.addresses import to
from domain.case import ClockCode
from domain.folding import change_annex
from domain.relief import OPEN_REQUESTS, Extension, Request
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class AskExtension:
    """Ask for more time (申请延期), before the handling clock is due; it runs on meanwhile."""

    task: int
    reason: Text
    citizen_told: bool = False


@dataclass(frozen=True, slots=True)
class ForwardExtension:
    """Support a worker's request after the department's own review (初审同意); the desk rules."""

    extension: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class GrantExtension:
    """Grant more time (批准延期); never by whoever asked."""

    extension: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RefuseExtension:
    """Refuse more time (不予延期): the department in its review, or the desk; does not count."""

    extension: int
    reason: Text


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """More time was asked for; `review` if the worker's department looks at it first."""

    at: datetime
    extension: int
    task: int
    stage: str
    by: str
    due: datetime
    citizen_told: bool
    review: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class ExtensionForwarded:
    """The department supports the request; the desk has to rule."""

    at: datetime
    extension: int
    task: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ExtensionGranted:
    """More time was granted; `limit` is added at the due instant."""

    at: datetime
    extension: int
    task: int
    limit: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    """More time was refused; nothing moved."""

    at: datetime
    extension: int
    task: int
    reason: Text


Command = AskExtension | ForwardExtension | GrantExtension | RefuseExtension
Event = ExtensionAsked | ExtensionForwarded | ExtensionGranted | ExtensionRefused


def _asked(state: CaseState, e: ExtensionAsked) -> None:
    stands = Request.REVIEW if e.review else Request.PENDING
    asked = Extension(e.extension, e.task, e.stage, e.by, e.at, e.due, e.citizen_told, stands)
    change_annex(state, extensions=(*state.annex.extensions, asked))


def _change(state: CaseState, no: int, stands: Request, settled_at: datetime | None = None) -> None:
    extensions = (
        replace(x, state=stands, settled_at=settled_at) if x.no == no else x for x in state.annex.extensions
    )  # fmt: skip
    change_annex(state, extensions=tuple(extensions))


def _forwarded(state: CaseState, e: ExtensionForwarded) -> None:
    _change(state, e.extension, Request.PENDING)


def _granted(state: CaseState, e: ExtensionGranted) -> None:
    _change(state, e.extension, Request.GRANTED, e.at)


def _refused(state: CaseState, e: ExtensionRefused) -> None:
    _change(state, e.extension, Request.REFUSED, e.at)


def _fell(state: CaseState, e: Any) -> None:
    """The answer is no longer owed: the stage was handed in, its clock was suspended, or task or case ended."""
    for asked in state.annex.extensions:
        if asked.state in OPEN_REQUESTS and e.key == f"{ClockCode.EXTENSION}:{asked.task}":
            _change(state, asked.no, Request.LAPSED, e.at)


FOLDS: dict[type, Fold] = {
    ExtensionAsked: _asked,
    ExtensionForwarded: _forwarded,
    ExtensionGranted: _granted,
    ExtensionRefused: _refused,
}
FALLEN: dict[str, Fold] = {ClockCode.EXTENSION: _fell}


def _say_asked(e: ExtensionAsked, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "extension_asked", "dispatcher" if e.review else "desk")


def _say_forwarded(e: ExtensionForwarded, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "extension_asked", "desk")


def _say_granted(e: ExtensionGranted, state: CaseState) -> Iterator[Notice]:
    # The hotline is told where a citizen waits (L1 art. 15).
    waits = state.facts.channel == "hotline" or state.annex.call_back is not None
    told = ("hotline",) if waits else ()
    yield from to(state, e.task, "extension_granted", "holder", "dispatcher", "raiser", *told)


def _say_refused(e: ExtensionRefused, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "extension_refused", "holder", "dispatcher")


NOTICES: dict[type, Says] = {
    ExtensionAsked: _say_asked,
    ExtensionForwarded: _say_forwarded,
    ExtensionGranted: _say_granted,
    ExtensionRefused: _say_refused,
}
