"""Payloads and names: round trips, tolerance of other versions, one spelling on both sides of the engine."""

import dataclasses
import inspect
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from temporalio import activity, workflow
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutType
from temporalio.exceptions import TimeoutError as EngineTimeoutError

from activities.case import RecordSteps
from activities.notice import RecordNotices
from contracts import options
from contracts.activities import Notices
from contracts.case import CasePlan, ClockView, LifeView, MessageRef, StepAnswer, StepView, TaskView
from contracts.failures import code_of, failure
from contracts.names import PROCESS_WORKFLOWS, SEARCH_ATTRIBUTES, case_workflow_id, notice_workflow_id
from domain.plan import StepCode
from domain.processes import PROCESSES
from workers.bootstrap import process_steps
from workers.temporal_worker import PROCESS_CLASSES
from workflows.case import CaseWorkflow
from workflows.details import described, named, timer_summary
from workflows.notice import NoticeWorkflow
from workflows.pace import LONGEST_SLEEP, PAUSE_AFTER_FAILURE, SHORTEST_SLEEP, matured, rest

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STEP = StepView(key="claim:1/1/at", code="escalate", due=AT, party="110105-cgw")
PLAN = CasePlan(
    case_id="c", epoch=1, version=3, number="BJ-110105-20261123-0001", district="110105", area="110105001",
    kind="emergency", status="mustering", phase="muster", wake_at=AT, next=STEP,
    tasks=(TaskView(no=1, org="110105-cgw", role="lead", state="ready"),),
    clocks=(ClockView(key="claim:1", code="claim", party="110105-cgw", due=AT, fired=("half",)),),
)  # fmt: skip


@pytest.mark.parametrize("payload", [PLAN, StepAnswer(plan=PLAN, wake_in=2.5), LifeView(phase="muster", plan=PLAN)])
async def test_payloads_survive_the_way_through_the_engine(payload: object) -> None:
    sent = await pydantic_data_converter.encode([payload])
    assert await pydantic_data_converter.decode(sent, [type(payload)]) == [payload]


def test_old_and_new_workers_understand_each_other() -> None:
    newer = PLAN.model_dump(mode="json") | {"added_later": 1}
    assert CasePlan.model_validate(newer) == PLAN
    older = {k: v for k, v in PLAN.model_dump(mode="json").items() if CasePlan.model_fields[k].is_required()}
    assert CasePlan.model_validate(older).owed == ()


def test_a_plan_carries_codes_only() -> None:
    assert {"title", "description", "place", "reporter_name", "reporter_phone"}.isdisjoint(CasePlan.model_fields)


def test_every_activity_is_implemented_under_its_name() -> None:
    for name, method in inspect.getmembers(Notices, inspect.isfunction):
        wanted = activity._Definition.must_from_callable(method).name
        assert activity._Definition.must_from_callable(getattr(RecordNotices, name)).name == wanted


def test_every_step_has_its_activity_named_by_its_code() -> None:
    steps: list[object] = [*RecordSteps(Mock()).activities(), *process_steps(Mock(), Mock(), Mock()).activities()]
    names = {activity._Definition.must_from_callable(step).name for step in steps}  # type: ignore[arg-type]
    wanted = {f"case.{code}" for code in (*StepCode, "look")}
    wanted |= {f"{p.kind}.{code}" for p in PROCESSES.values() for code in (*p.codes, "look")}
    assert names == wanted
    assert len(steps) == len(names)
    kept = {"case.dispatch", "case.remind", "case.return", "case.escalate", "case.supervise", "case.wind_up"}
    assert kept <= names, "open runs ask for these"


def test_every_kind_of_process_has_its_workflow() -> None:
    assert PROCESS_WORKFLOWS.keys() == PROCESSES.keys()
    registered = {workflow._Definition.must_from_class(cls).name for cls in PROCESS_CLASSES}
    assert registered == set(PROCESS_WORKFLOWS.values())


def test_workflow_names_and_ids() -> None:
    assert workflow._Definition.must_from_class(CaseWorkflow).name == "CaseWorkflow"
    assert workflow._Definition.must_from_class(NoticeWorkflow).name == "NoticeWorkflow"
    assert case_workflow_id("u", 7) == "case/u/7"
    assert notice_workflow_id("u") == "notice/u"
    assert dict.fromkeys(("CaseDistrict", "CaseKind", "CasePhase"), "Keyword") == SEARCH_ATTRIBUTES


def test_options_hold_the_promised_values() -> None:
    step = options.step("s")
    assert step["start_to_close_timeout"] == timedelta(seconds=10)
    assert step["schedule_to_close_timeout"] == timedelta(minutes=5)
    retry = step["retry_policy"]
    assert retry is not None
    assert (retry.initial_interval, retry.backoff_coefficient, retry.maximum_interval, retry.maximum_attempts) == (
        timedelta(milliseconds=500), 2.0, timedelta(seconds=30), 0,
    )  # fmt: skip
    assert options.delivery("d")["start_to_close_timeout"] == timedelta(seconds=15)
    assert options.delivery("d")["schedule_to_close_timeout"] == timedelta(hours=24)
    assert "schedule_to_close_timeout" not in options.settlement("s")


def test_the_code_of_a_failure_comes_through() -> None:
    assert code_of(_ended(failure("http_410", retry=False))) == "http_410"
    out_of_patience = EngineTimeoutError("late", type=TimeoutType.SCHEDULE_TO_CLOSE, last_heartbeat_details=[])
    assert code_of(_ended(out_of_patience)) == "timed_out"
    out_of_patience.__cause__ = ApplicationError("x", type="http_503")
    assert code_of(_ended(out_of_patience)) == "http_503"


def _ended(cause: BaseException) -> ActivityError:
    error = ActivityError(
        "over", scheduled_event_id=1, started_event_id=2, identity="w", activity_type="a", activity_id="1",
        retry_state=RetryState.TIMEOUT,
    )  # fmt: skip
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("wake_in_s", "early", "failed", "wanted"),
    [
        (3600, None, False, timedelta(hours=1)),
        (None, None, False, LONGEST_SLEEP),
        (90 * 86400, None, False, LONGEST_SLEEP),
        (-5, None, False, SHORTEST_SLEEP),
        (-5, 40.0, False, timedelta(seconds=40)),
        (-5, 0.001, False, SHORTEST_SLEEP),
        (3600, None, True, PAUSE_AFTER_FAILURE),
    ],
)
def test_how_long_a_case_sleeps(wake_in_s: float | None, early: float | None, failed: bool, wanted: timedelta) -> None:
    wake_at = None if wake_in_s is None else AT + timedelta(seconds=wake_in_s)
    assert rest(PLAN.model_copy(update={"wake_at": wake_at}), AT, early, failed=failed) == wanted


def test_what_has_fallen_due_when_the_timer_fires() -> None:
    assert matured(PLAN, AT - timedelta(seconds=1)) is None
    due = matured(PLAN, AT)
    assert due is not None
    assert (due.owed, due.next, due.wake_at) == ((STEP,), None, None)
    assert matured(due, AT) is None


def test_what_an_operator_reads() -> None:
    text = described(PLAN, ("claim:1/1/half",))
    assert PLAN.number in text
    for said in ("**muster**", "1. 110105-cgw lead: ready", "claim:1 of 110105-cgw", "fired: half", "Gave up"):
        assert said in text
    assert named(STEP) == "escalate claim:1/1/at · 110105-cgw"
    assert timer_summary(PLAN) == named(STEP)
    assert timer_summary(PLAN.model_copy(update={"next": None})) == "nothing is coming"


def test_payloads_are_frozen() -> None:
    with pytest.raises(Exception, match="frozen"):
        PLAN.version = 4  # type: ignore[misc]
    assert not dataclasses.is_dataclass(MessageRef)
