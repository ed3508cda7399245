"""Names that both sides of the engine must spell alike: queues, workflow types, ids, search attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from temporalio.common import SearchAttributeKey

if TYPE_CHECKING:
    from uuid import UUID

CASE_QUEUE: Final = "case"
NOTICE_QUEUE: Final = "notice"
PROCESS_QUEUE: Final = "process"
"""Apart from cases: the pages of an adoption or an evaluation must never stand before a case's rung."""

CASE_WORKFLOW: Final = "CaseWorkflow"
NOTICE_WORKFLOW: Final = "NoticeWorkflow"
PROCESS_WORKFLOWS: Final[dict[str, str]] = {
    "publication": "AdoptionWorkflow", "evaluation": "EvaluationWorkflow", "flag": "FlagWorkflow",
    "round": "RoundWorkflow", "campaign": "CampaignWorkflow",
}  # fmt: skip
"""Workflow type by kind of process."""
CHANGED: Final = "changed"
LIFE: Final = "life"
PERIODIC_WORKFLOW: Final = "PeriodicWorkflow"
LOOK: Final = "look"
"""Code of the activity that only reads the plan afresh."""

CASE_DISTRICT: Final = SearchAttributeKey.for_keyword("CaseDistrict")
CASE_KIND: Final = SearchAttributeKey.for_keyword("CaseKind")
CASE_PHASE: Final = SearchAttributeKey.for_keyword("CasePhase")

SCHEDULED_FOR: Final = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""Set by the engine on what a schedule starts: the instant of the turn, however late it runs."""

SEARCH_ATTRIBUTES: Final[dict[str, str]] = {
    CASE_DISTRICT.name: "Keyword",
    CASE_KIND.name: "Keyword",
    CASE_PHASE.name: "Keyword",
}
"""Name to type, as the dev server and the registration take them."""


def case_workflow_id(case_id: UUID | str, epoch: int) -> str:
    """Return the id of the one workflow that drives a case in an epoch."""
    return f"case/{case_id}/{epoch}"


def case_activity(code: str) -> str:
    """Return the activity that carries out a step of a case with this code."""
    return f"case.{code}"


def process_activity(kind: str, code: str) -> str:
    """Return the activity that carries out a step of a process of this kind."""
    return f"{kind}.{code}"


def periodic_activity(job: str) -> str:
    """Return the activity that does one turn of a scheduled job."""
    return f"periodic.{job}"


def process_workflow_id(kind: str, process_id: UUID | str, epoch: int) -> str:
    """Return the id of the one workflow that drives a process in an epoch."""
    return f"{kind}/{process_id}/{epoch}"


def notice_workflow_id(message_id: UUID | str) -> str:
    """Return the id of the one workflow that delivers an outbound row."""
    return f"notice/{message_id}"
