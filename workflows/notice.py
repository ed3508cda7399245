"""One outbound message on its way: deliver it, then write down that it arrived or that it is a dead letter."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from contracts.activities import Notices
from contracts.case import MessageRef
from contracts.failures import DEAD_LETTER, code_of
from contracts.names import NOTICE_WORKFLOW
from contracts.notice import Settlement, Verdict
from contracts.options import delivery, settlement


@workflow.defn(name=NOTICE_WORKFLOW)
class NoticeWorkflow:
    """One row of the outbound table; its failure is the dead letter, whose id may be started again by a replay."""

    @workflow.run
    async def run(self, message: MessageRef) -> None:
        """Deliver within a day, or bury.

        Raises:
            ApplicationError: `dead_letter`, after the row was marked so.
        """
        try:
            await workflow.execute_activity_method(Notices.deliver, message, **delivery(message.channel))
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            await self._settle(message, Verdict.DEAD, code_of(error))
            raise ApplicationError(code_of(error), type=DEAD_LETTER, non_retryable=True) from error
        await self._settle(message, Verdict.DELIVERED)

    async def _settle(self, message: MessageRef, verdict: Verdict, reason: str = "") -> None:
        end = Settlement(message_id=message.message_id, verdict=verdict, reason=reason)
        await workflow.execute_activity_method(Notices.settle, end, **settlement(verdict.value))
