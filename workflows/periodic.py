"""One turn of a scheduled job: hand its instant to the job's activity, which is keyed by the period."""

from __future__ import annotations

from temporalio import workflow

from contracts.names import PERIODIC_WORKFLOW, SCHEDULED_FOR, periodic_activity
from contracts.options import page as page_options
from contracts.periodic import Occasion


@workflow.defn(name=PERIODIC_WORKFLOW)
class PeriodicWorkflow:
    """Started by a schedule; doing a turn twice changes nothing, for the activity is idempotent."""

    @workflow.run
    async def run(self, occasion: Occasion) -> None:
        """Do one turn, for the instant that the schedule named."""
        info = workflow.info()
        at = info.typed_search_attributes.get(SCHEDULED_FOR) or info.start_time
        turn = Occasion(job=occasion.job, at=occasion.at or at)
        await workflow.execute_activity(periodic_activity(turn.job), turn, **page_options(occasion.job))
