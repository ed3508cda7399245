"""Organisations and users from CSV and TOML texts, with an error for every bad row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from adapters.row_files import Collector, accepted, csv_rows, parse_file, text_of, toml_entries
from domain.actors import Role
from domain.import_diff import Parsed
from domain.org_rules import may_hold, problems
from domain.organisations import SUB_DISTRICT_KINDS, BadOrgCodeError, Org, OrgKind, OrgTree, User, split_code

ORG_COLUMNS: Final = ("code", "kind", "name", "short", "parent", "command_org")
COMMUNITY_COLUMNS: Final = ("sub_district", "serial", "kind", "name")
COMMUNITY_KINDS: Final = ("residents", "villagers", "other")
_SERIAL_DIGITS: Final = 3


def parse_organisations(text: str) -> Parsed[Org]:
    """Read the list of all units but the communities.

    Errors: `missing_column`, `wrong_width`, `bad_code`, `bad_kind`, `missing` (name), `duplicate`, and those of
    `domain.org_rules.problems` at the row concerned.
    """
    found: Collector[Org] = Collector()
    for row, values in csv_rows(text, ORG_COLUMNS, found):
        _add_org(row, values, found)
    refused = found.done().rejected
    tree = OrgTree.of(found.records.values())
    for problem in problems(tree):
        org = tree.find(problem.org)
        if org is not None and {org.parent, org.command_org} & refused:
            continue  # its own row is sound; the refused unit above it is reported already
        found.error(found.row_of(problem.org), problem.field, problem.code, problem.message, problem.org)
    return found.done()


def _add_org(row: int, values: Mapping[str, str], found: Collector[Org]) -> None:
    code = values["code"]
    try:
        split_code(code)
    except BadOrgCodeError as problem:
        found.error(row, "code", "bad_code", problem.message)
        return
    if values["kind"] not in set(OrgKind):
        found.error(row, "kind", "bad_kind", f"{values['kind']!r} is not allowed here", code)
        return
    if not values["name"]:
        found.error(row, "name", "missing", "a unit needs a name", code)
        return
    org = Org(
        code=code,
        name=values["name"],
        short=values["short"] or values["name"],
        kind=OrgKind(values["kind"]),
        parent=values["parent"] or None,
        command_org=values["command_org"] or None,
    )
    found.add(row, "code", code, org)


def parse_communities(text: str, orgs: Mapping[str, Org]) -> Parsed[Org]:
    """Read the communities (居委会、村委会) of the sub-districts in `orgs`.

    Errors: `missing_column`, `wrong_width`, `unknown_parent`, `bad_code`, `bad_kind`, `missing`, `duplicate`.
    """
    found: Collector[Org] = Collector()
    for row, values in csv_rows(text, COMMUNITY_COLUMNS, found):
        parent, serial, name = values["sub_district"], values["serial"], values["name"]
        key = parent + serial
        above = orgs.get(parent)
        if above is None or above.kind not in SUB_DISTRICT_KINDS:
            found.error(row, "sub_district", "unknown_parent", f"{parent!r} is no sub-district in the list", key)
        elif not (serial.isascii() and serial.isdigit() and len(serial) == _SERIAL_DIGITS):
            found.error(row, "serial", "bad_code", f"{serial!r} is not three digits")
        elif values["kind"] not in COMMUNITY_KINDS:
            found.error(row, "kind", "bad_kind", f"{values['kind']!r} is not allowed here", key)
        elif not name:
            found.error(row, "name", "missing", "a community needs a name", key)
        else:
            found.add(row, "serial", key, Org(key, name, name, OrgKind.COMMUNITY, parent, parent))
    return found.done()


def parse_users(text: str, orgs: OrgTree) -> Parsed[User]:
    """Read the users, keyed by login.

    Errors: `bad_toml`, `missing_table`, `missing` (login, name), `unknown_org`, `no_role`, `unknown_role`,
    `role_misplaced` (the role does not fit the unit), `duplicate`.
    """
    found: Collector[User] = Collector()
    for row, entry in toml_entries(text, "users", found):
        login, name, code = (text_of(entry, column) for column in ("login", "name", "org"))
        org = orgs.find(code)
        if not login or not name:
            found.error(row, "name" if login else "login", "missing", "a user needs a login and a name", login)
        elif org is None:
            found.error(row, "org", "unknown_org", f"no unit has the code {code!r}", login)
        elif (roles := _roles(row, login, org, entry.get("roles"), found)) is not None:
            found.add(row, "login", login, User(login, name, code, roles))
    return found.done()


def _roles(row: int, login: str, org: Org, value: object, found: Collector[User]) -> tuple[Role, ...] | None:
    """Return the roles in order, or None after noting every one that is wrong."""
    if not isinstance(value, list) or not value:
        found.error(row, "roles", "no_role", "a user needs at least one role", login)
        return None
    good: list[Role] = []
    for each in value:
        if each not in tuple(Role) or each == Role.SYSTEM:
            found.error(row, "roles", "unknown_role", f"no role {each!r}", login)
        elif not may_hold(Role(each), org):
            found.error(row, "roles", "role_misplaced", f"{each} cannot be held in {org.code} ({org.kind})", login)
        else:
            good.append(Role(each))
    return tuple(good) if len(good) == len(value) else None


def load_organisations(folder: Path) -> OrgTree:
    """Load `organisations.csv` and `communities.csv` of a city's folder.

    Raises:
        ImportRefusedError: code `import_refused`, if either file has an error.
    """
    units = accepted(parse_file(folder / "organisations.csv", parse_organisations), folder / "organisations.csv")
    path = folder / "communities.csv"
    communities = accepted(parse_file(path, lambda text: parse_communities(text, units)), path)
    return OrgTree.of([*units.values(), *communities.values()])


def load_users(path: Path, orgs: OrgTree) -> tuple[User, ...]:
    """Load a users file, in order of the file.

    Raises:
        ImportRefusedError: code `import_refused`, if the file has an error.
    """
    return tuple(accepted(parse_file(path, lambda text: parse_users(text, orgs)), path).values())
