"""Rules as files: lint, difference, and what a calendar or a yearly notice says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.calendar_files import CalendarFileInvalid, bundled_calendar, from_holiday_cn, load_calendar
from adapters.city_files import CityFiles, load_city
from adapters.db.seeding import CITY, DUTY_VERSION, RULES_VERSION
from adapters.duty_files import load_duty_list
from adapters.policy_files import bundled_document, load_pack, read_document
from domain.rulelint import Finding, lint_duty_list, lint_pack

if TYPE_CHECKING:
    from rich.console import Console

    from domain.calendar import WorkCalendar


def lint(console: Console, path: Path | None) -> bool:
    """Lint a rule pack or duty list against the city that ships, or both that ship; False if anything is wrong.

    Raises:
        RulePackInvalid, ImportRefusedError: the file is none; the message lists every fault.
    """
    city = _city()
    duty_list, pack = city.duty_list, load_pack(bundled_document(CITY, RULES_VERSION))
    if path is not None and path.suffix == ".csv":
        duty_list = load_duty_list(path, city.catalogue, city.orgs.lines(), city.limit_classes)
    elif path is not None:
        pack = load_pack(read_document(path))
    found: tuple[Finding, ...] = (
        *lint_pack(pack), *lint_duty_list(duty_list, city.catalogue, city.orgs, pack)
    )  # fmt: skip
    for finding in found:
        console.print(f"[red]✘[/red] {finding}", highlight=False)
    if not found:
        console.print(f"[green]✔[/green] {pack.ref} and {duty_list.name}/{duty_list.version}", highlight=False)
    return not found


def show_diff(console: Console, old: str, new: str) -> None:
    """Print every value that differs between two rule packs, by its place in the document."""
    before, after = (dict(_leaves(_document(ref))) for ref in (old, new))
    for place in sorted(before.keys() | after.keys()):
        was, now = before.get(place, "–"), after.get(place, "–")
        if was != now:
            console.print(f"{place}: [red]{was}[/red] → [green]{now}[/green]", highlight=False, soft_wrap=True)


def check_calendar(console: Console, paths: Sequence[Path], base: WorkCalendar | None = None) -> None:
    """Print what calendars or notices say: the years, and every day that becomes another than it is.

    Raises:
        CalendarFileInvalid: a file cannot be used.
    """
    held = base or bundled_calendar(CITY)
    newer = read_calendars(paths, held)
    for year in sorted(newer.years | newer.provisional_years):
        days = sum(newer.is_workday(date.fromordinal(d)) for d in _days(year))
        state = "published" if year in newer.years else "provisional"
        console.print(f"{newer.label} {year}: {state}, {days} working days", highlight=False)
    for day in sorted(held.exceptions.keys() | newer.exceptions.keys()):
        was, now = held.exceptions.get(day), newer.exceptions.get(day)
        if was != now:
            named = [f"{s.kind} {s.name}" if s is not None else "as its weekday" for s in (was, now)]
            console.print(f"  {day}: {named[0]} → {named[1]}", highlight=False)


def read_calendars(paths: Sequence[Path], base: WorkCalendar) -> WorkCalendar:
    """Read one TOML calendar, or yearly notices (JSON) into `base`.

    Raises:
        CalendarFileInvalid: code `calendar_file_invalid`.
    """
    if len(paths) == 1 and paths[0].suffix == ".toml":
        return load_calendar(paths[0])
    documents: list[Mapping[str, Any]] = []
    for path in paths:
        try:
            documents.append(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise CalendarFileInvalid(f"{path}: {error}", file=str(path)) from error
    return from_holiday_cn(documents, base)


def _city() -> CityFiles:
    with resources.as_file(resources.files("policies").joinpath(CITY)) as folder:
        return load_city(Path(folder), DUTY_VERSION)


def _document(ref: str) -> Mapping[str, Any]:
    path = Path(ref)
    if path.exists():
        return read_document(path)
    name, _, version = ref.rpartition("/")
    if not name or not version.isdigit():
        raise LookupError(f"{ref!r} is neither a file nor name/version of a pack that ships")
    return bundled_document(name, int(version))


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value of a document with its place; entries of a list are named by their code."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            name = each.get("code", number) if isinstance(each, Mapping) else number
            yield from _leaves(each, f"{place}[{name}]")
    else:
        yield place, str(value)


def _days(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
