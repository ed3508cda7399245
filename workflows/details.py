"""How cases and processes read in the engine's own screens: current details and summaries, in ids and codes only."""

from __future__ import annotations

from contracts.case import CasePlan, StepView
from contracts.process import Plan, ProcessPlan


def described(plan: CasePlan, failed: tuple[str, ...]) -> str:
    """Return the current details of a case's workflow as Markdown."""
    lines = [f"**{plan.number}** · {plan.kind} · {plan.area} · phase **{plan.phase}**, {plan.status} · v{plan.version}"]
    lines += ["", "Tasks:"]
    lines += [f"- {task.no}. {task.org} {task.role}: {task.state}" for task in plan.tasks]
    lines += ["", "Clocks:"]
    for clock in plan.clocks:
        fired = f", fired: {' '.join(clock.fired)}" if clock.fired else ""
        lines.append(f"- {clock.key} of {clock.party}: due {clock.due.isoformat(timespec='seconds')}{fired}")
    lines += ["", f"Next: {timer_summary(plan)}"]
    if failed:
        lines += ["", f"Gave up, tried again at the next wake: {', '.join(failed)}"]
    return "\n".join(lines)


def told(plan: ProcessPlan, failed: tuple[str, ...]) -> str:
    """Return the current details of a process's workflow as Markdown."""
    lines = [f"**{plan.name}** · {plan.kind} · **{plan.status}** · v{plan.version}", ""]
    lines += [f"- {word}: {value}" for word, value in plan.facts]
    lines += ["", f"Next: {timer_summary(plan)}"]
    if failed:
        lines += ["", f"Gave up, tried again at the next wake: {', '.join(failed)}"]
    return "\n".join(lines)


def named(step: StepView) -> str:
    """Return the summary of a step: what, of which clock, for which party."""
    what = step.code if step.key == step.code else f"{step.code} {step.key}"
    return f"{what} · {step.party}"


def timer_summary(plan: Plan) -> str:
    """Return the summary of the one timer: the clock and party it waits for."""
    return named(plan.next) if plan.next is not None else "nothing is coming"
