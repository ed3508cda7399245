"""Rule packs from their documents: TOML files in `policies/`, or the same document as stored in a row."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.policy_parts import build
from domain.addresses import SYMBOLS
from domain.case import Action, ClockCode, Direction
from domain.channel_lint import lint_channels
from domain.clocks import Limit
from domain.errors import DomainError
from domain.parts import Parts
from domain.rulepack import Approval, ClockRule, KindRule, Point, Quorum, RulePack, RungRule, Stage, lint

if TYPE_CHECKING:
    from collections.abc import Mapping


class RulePackInvalid(DomainError):
    """Code `rule_pack_invalid`: the document is no rule pack, or lint found mistakes; the facts list them all."""

    code: ClassVar[str] = "rule_pack_invalid"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rung(_Row):
    code: str
    point: Point
    action: Action
    to: tuple[str, ...] = Field(min_length=1)
    source: str
    offset: str | None = None
    percent: int | None = None
    level: int = 0


class _Clock(_Row):
    limit: str | None = None
    ladder: str | None = None
    source: str


class _Kind(_Row):
    name: str
    approval: Approval
    quorum: str | int
    report_in: bool
    appointment: bool = False
    directions: tuple[Direction, ...] | None = None
    comment: bool = False
    limit_class: str | None = None
    clocks: dict[ClockCode, _Clock]
    source: str


class _Stage(_Row):
    code: str
    name: str
    limit: str
    closing: str
    source: str


class _LimitClass(_Row):
    code: str
    name: str
    stages: tuple[_Stage, ...]


class _Document(_Row):
    name: str
    version: int
    number_prefix: str
    near_percent: int
    kinds: dict[str, _Kind]
    ladders: dict[str, tuple[_Rung, ...]]
    limit_classes: tuple[_LimitClass, ...]
    common_clocks: dict[ClockCode, _Clock] = {}
    parts: dict[str, Any] = {}


def read_document(path: Path) -> dict[str, Any]:
    """Read a rule pack file with the files it names beside it; the result is what a row stores.

    `limit_classes` names one file or several; `parts.coordination.own_powers` names a table of powers.
    """
    document = tomllib.loads(path.read_text("utf-8"))
    named = document["limit_classes"]
    classes = []
    for file in [named] if isinstance(named, str) else named:
        classes += tomllib.loads((path.parent / file).read_text("utf-8"))["limit_classes"]
    coordination = document.get("parts", {}).get("coordination")
    if coordination is not None:
        with (path.parent / coordination["own_powers"]).open(encoding="utf-8", newline="") as rows:
            coordination["own_powers"] = list(csv.DictReader(rows))
    return {**document, "limit_classes": classes}


def bundled_document(name: str, version: int) -> dict[str, Any]:
    """Read `policies/<name>/<version>.toml` of this installation."""
    with resources.as_file(resources.files("policies").joinpath(name, f"{version}.toml")) as path:
        return read_document(Path(path))


def load_pack(document: Mapping[str, Any]) -> RulePack:
    """Build a rule pack from its document.

    Raises:
        RulePackInvalid: wrong shape, unknown names, or findings of `domain.rulepack.lint`; the facts hold `findings`.
    """
    try:
        read = _Document.model_validate(document)
        ladders = {name: tuple(_rung(r) for r in rungs) for name, rungs in read.ladders.items()}
        kinds = {code: _kind(code, kind, read.common_clocks, ladders) for code, kind in read.kinds.items()}
        classes = {c.code: tuple(_stage(s) for s in c.stages) for c in read.limit_classes}
        parts = build(Parts, read.parts)
    except (ValidationError, DomainError, KeyError, ValueError) as error:
        raise RulePackInvalid(f"no rule pack: {error}", findings=[str(error)]) from error
    pack = RulePack(read.name, read.version, read.number_prefix, read.near_percent, kinds, classes, parts)
    findings = [*lint(pack), *lint_channels(pack)]
    if len(classes) != len(read.limit_classes):
        findings.append("a limit class code stands twice")
    if findings:
        raise RulePackInvalid("the rule pack has mistakes: " + "; ".join(findings), findings=findings)
    return pack


def _rung(row: _Rung) -> RungRule:
    unknown = [symbol for symbol in row.to if symbol not in SYMBOLS]
    if unknown:
        raise RulePackInvalid(f"rung {row.code}: unknown addressees {unknown}")
    offset = Limit.parse(row.offset) if row.offset else None
    return RungRule(row.code, row.point, row.action, row.to, row.source, offset, row.percent, row.level)


def _kind(
    code: str, row: _Kind, common: Mapping[ClockCode, _Clock], ladders: Mapping[str, tuple[RungRule, ...]]
) -> KindRule:  # fmt: skip
    quorum = Quorum("count", row.quorum) if isinstance(row.quorum, int) else Quorum(row.quorum)
    if quorum.rule not in ("lead", "any", "all", "count"):
        raise RulePackInvalid(f"kind {code}: unknown quorum {row.quorum}")
    clocks = {
        clock: ClockRule(Limit.parse(c.limit) if c.limit else None, ladders[c.ladder] if c.ladder else (), c.source)
        for clock, c in {**common, **row.clocks}.items()
    }
    kind = KindRule(
        code, row.name, row.approval, quorum, row.report_in, clocks, row.source, row.appointment,
        comment=row.comment, limit_class=row.limit_class,
    )  # fmt: skip
    return kind if row.directions is None else replace(kind, directions=row.directions)


def _stage(row: _Stage) -> Stage:
    return Stage(row.code, row.name, Limit.parse(row.limit), row.closing, row.source)
