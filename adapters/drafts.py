"""Drafts of publications as plain bodies: read, named and digested, whatever their subject."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from adapters.policy_files import load_pack
from domain.calendar import WorkCalendar
from domain.chain import canonical
from domain.codec import to_plain
from domain.dutylist import DutyList, DutyRule
from domain.errors import DomainError
from domain.processes.publication import Subject


class BadDraft(DomainError):
    """The body is no calendar, rule pack or duty list; fact `subject`."""

    code: ClassVar[str] = "bad_draft"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: `ref` is `name/version` as it will hold, `body` plain data of the subject's own form."""

    subject: Subject
    ref: str
    body: Mapping[str, Any]


def read_draft(subject: Subject, body: Mapping[str, Any]) -> Draft:
    """Check a body by reading it, and name it.

    Raises:
        BadDraft: code `bad_draft`.
        domain.errors.DomainError: the subject's own reader refuses.
    """
    try:
        match subject:
            case Subject.CALENDAR:
                calendar = WorkCalendar.from_dict(body)
                return Draft(subject, f"{calendar.name}/{calendar.version}", calendar.to_dict())
            case Subject.RULE_PACK:
                return Draft(subject, load_pack(body).ref, body)
            case Subject.DUTY_LIST:
                duty_list = _duty_list(body)
                return Draft(subject, f"{duty_list.name}/{duty_list.version}", duty_body(duty_list))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDraft("The draft cannot be read.", subject=subject.value) from error


def digest_of(draft: Draft) -> str:
    """Return the SHA-256 of subject and body (hexadecimal)."""
    return hashlib.sha256(canonical({"subject": draft.subject.value, "body": dict(draft.body)})).hexdigest()


def calendar_of(draft: Draft) -> WorkCalendar:
    """Return the calendar of a draft."""
    return WorkCalendar.from_dict(draft.body)


def duty_list_of(draft: Draft) -> DutyList:
    """Return the duty list of a draft."""
    return _duty_list(draft.body)


def duty_body(duty_list: DutyList) -> dict[str, Any]:
    """Return a duty list as plain data."""
    return {"name": duty_list.name, "version": duty_list.version, "rules": [to_plain(r) for r in duty_list.rules]}


def _duty_list(body: Mapping[str, Any]) -> DutyList:
    rules = tuple(
        DutyRule(r["class_code"], r["lead"], tuple(r["assist"]), r["limit_class"], r["source"]) for r in body["rules"]
    )
    return DutyList(body["name"], body["version"], rules)
