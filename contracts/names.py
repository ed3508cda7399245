"""Names that both sides of the engine must spell alike: queues, workflow types, ids, search attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from temporalio.common import SearchAttributeKey

if TYPE_CHECKING:
    from uuid import UUID

CASE_QUEUE: Final = "case"
NOTICE_QUEUE: Final = "notice"

CASE_WORKFLOW: Final = "CaseWorkflow"
NOTICE_WORKFLOW: Final = "NoticeWorkflow"
CHANGED: Final = "changed"
LIFE: Final = "life"

CASE_DISTRICT: Final = SearchAttributeKey.for_keyword("CaseDistrict")
CASE_KIND: Final = SearchAttributeKey.for_keyword("CaseKind")
CASE_PHASE: Final = SearchAttributeKey.for_keyword("CasePhase")

SEARCH_ATTRIBUTES: Final[dict[str, str]] = {
    CASE_DISTRICT.name: "Keyword",
    CASE_KIND.name: "Keyword",
    CASE_PHASE.name: "Keyword",
}
"""Name to type, as the dev server and the registration take them."""


def case_workflow_id(case_id: UUID | str, epoch: int) -> str:
    """Return the id of the one workflow that drives a case in an epoch."""
    return f"case/{case_id}/{epoch}"


def notice_workflow_id(message_id: UUID | str) -> str:
    """Return the id of the one workflow that delivers an outbound row."""
    return f"notice/{message_id}"
