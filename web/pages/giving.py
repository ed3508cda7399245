"""Commands as forms: every command of `contracts.commands.FORMS` works here with plain GET and POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.db import people
from adapters.db.queries.detail import find_case
from contracts.commands import FORMS, CommandForm
from domain.addresses import desk_in
from domain.chapters.objection import Object, RuleObjection
from domain.errors import DomainError, Refusal
from domain.organisations import INVITED, OrgKind
from web import forms, texts
from web.failures import Failure, PageError, describe
from web.reads import read_case
from web.routing import SEE_OTHER, PageRouter, render, signed_in
from web.units import of_district, of_sub_district
from web.visits import Visit, VisitOf

if TYPE_CHECKING:
    from contracts.views import CaseDetail, TaskDetail, UserRow
    from domain.organisations import Org

router = PageRouter()

_LOCAL: Final = (OrgKind.BRANCH, OrgKind.COMMUNITY)


@router.get("/cases/{number}/{slug}", dependencies=signed_in())
async def ask(
    request: Request, visit: VisitOf, number: str, slug: str, task: int | None = None, entry: int | None = None
) -> Response:
    """Show the form of a command."""
    command = _form_of(slug)
    case = await read_case(visit, number)
    named = {command.topic: str(entry)} if command.topic and entry else {}
    return await _show(request, visit, case, command, forms.blank(task=str(task) if task else None, **named))


@router.post("/cases/{number}/{slug}", dependencies=signed_in())
async def give(request: Request, visit: VisitOf, number: str, slug: str) -> Response:
    """Give a command; whatever goes wrong, what was typed is kept and the new state is shown."""
    command = _form_of(slug)
    typed = forms.entered(await request.form())
    body, typed = forms.validated(command.model, typed)
    if body is None:
        return await _show(request, visit, await read_case(visit, number), command, typed, status=422)
    async with visit.services.reading() as connection:
        case_id = await find_case(connection, visit.actor, number)
    try:
        await visit.services.commands.give(visit.actor, case_id, command, body, typed.key)
    except DomainError as error:
        return await _refused(request, visit, number, command, typed, error)
    return RedirectResponse(f"/cases/{number}?done={command.name}", SEE_OTHER)


async def _refused(
    request: Request, visit: Visit, number: str, command: CommandForm, typed: forms.Entered, error: DomainError
) -> Response:
    """Show the form again with the reason, the new state and a new key.

    Raises:
        DomainError: the given one, where nobody knows whether it took effect: the page then offers the same form again.
    """
    failure = describe(error, await _winner(visit, error))
    if failure.unsure:
        raise error
    typed = forms.Entered(typed.values, typed.errors, forms.new_key())
    return await _show(request, visit, await read_case(visit, number), command, typed, failure=failure)


async def _winner(visit: Visit, error: DomainError) -> str:
    holder = error.facts.get("holder") if isinstance(error, Refusal) else None
    if not isinstance(holder, str):
        return ""
    async with visit.services.reading() as connection:
        return (await people.names(connection, [holder]))[holder]


async def _show(  # noqa: PLR0913 - what a form is, and why it is shown again
    request: Request,
    visit: Visit,
    case: CaseDetail,
    command: CommandForm,
    typed: forms.Entered,
    *,
    status: int = 200,
    failure: Failure | None = None,
) -> Response:
    task = _task_of(case, typed) if command.has_task else None
    if command.needs_task and task is None:
        raise PageError("unknown_task", 404)
    fields = forms.fields_of(command)
    controls = {field.control for field in fields}
    workers = await _workers(visit, task) if task and "worker" in controls else ()
    return render(
        request, "command.html", failure.status if failure else status, case=case, command=command.name, task=task,
        fields=fields, form=typed, refused=failure, hint=texts.COMMAND_HINT.get(command.name), workers=workers,
        units=_units(visit, case, command) if "org" in controls else (), parties=_parties(case),
    )  # fmt: skip


def _form_of(slug: str) -> CommandForm:
    form = FORMS.get(slug.replace("-", "_")) if slug == slug.lower() and "_" not in slug else None
    if form is None:
        raise PageError("no_such_command", 404)
    return form


def _task_of(case: CaseDetail, typed: forms.Entered) -> TaskDetail | None:
    wanted: Any = typed.get("task")
    return next((task for task in case.tasks if str(task.no) == wanted), None)


async def _workers(visit: Visit, task: TaskDetail) -> tuple[UserRow, ...]:
    """Return whom the task may be given to: people of its office, and of the person's own office above it."""
    async with visit.services.reading() as connection:
        found = await people.users_of(connection, task.org, visit.city)
        if visit.actor.org != task.org:
            found += await people.users_of(connection, visit.actor.org, visit.city)
    return found


def _parties(case: CaseDetail) -> tuple[tuple[str, str], ...]:
    """Return who takes part in the case, each once: the departments in order, then the sub-district."""
    found = {task.org: task.org_name for task in case.tasks if task.state != "withdrawn"}
    return (*found.items(), (case.area, case.area_name))


def _partners(visit: Visit, case: CaseDetail) -> tuple[Org, ...]:
    kinds = sorted(INVITED)
    return (*of_sub_district(visit.city, case.area, kinds), *of_district(visit.city, case.district, kinds))


def _units(visit: Visit, case: CaseDetail, command: CommandForm) -> tuple[tuple[str, tuple[Org, ...]], ...]:
    """Return the units that can be called into the case: of the sub-district, then of the district, then partners."""
    present = {task.org for task in case.tasks}
    ruling = command.command in (Object, RuleObjection)  # a matter without owner may go to the place, or to the desk
    place = [visit.city.orgs.find(code) for code in (case.area, desk_in(case.district))] if ruling else ()
    groups = (
        ("街道、区级指挥中心", tuple(org for org in place if org is not None)),
        ("街道派出机构和社区", of_sub_district(visit.city, case.area, _LOCAL)),
        ("区级部门", of_district(visit.city, case.district, (OrgKind.DEPARTMENT,))),
        ("公共服务企业", of_district(visit.city, case.district, (OrgKind.UTILITY,))),
        ("共治单位（邀请）", _partners(visit, case)),
        ("驻区中央单位（只知会）", of_district(visit.city, case.district, (OrgKind.CENTRAL,))),
    )
    found = ((title, tuple(unit for unit in units if unit.code not in present)) for title, units in groups)
    return tuple(group for group in found if group[1])
