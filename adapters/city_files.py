"""All seed files of one city, loaded together and checked against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.duty_files import load_catalogue, load_duty_list, load_limit_classes
from adapters.org_files import load_organisations, load_users
from domain.catalogue import Catalogue
from domain.dutylist import DutyList, LimitClass
from domain.organisations import OrgTree, User


@dataclass(frozen=True, slots=True)
class CityFiles:
    """What the folder of a city states."""

    orgs: OrgTree
    users: tuple[User, ...]
    catalogue: Catalogue
    limit_classes: Mapping[str, LimitClass]
    duty_list: DutyList


def load_city(folder: Path, duty_version: str) -> CityFiles:
    """Load a city's folder, for example `policies/beijing`, with one version of its duty list.

    Raises:
        ImportRefusedError: code `import_refused`, if any file has an error.
    """
    orgs = load_organisations(folder)
    catalogue = load_catalogue(folder / "catalogue.csv")
    limit_classes = {**load_limit_classes(folder / "limits.toml"), **load_limit_classes(folder / "stages.toml")}
    duty_list = load_duty_list(folder / "dutylist" / f"{duty_version}.csv", catalogue, orgs.lines(), limit_classes)
    return CityFiles(orgs, load_users(folder / "users.toml", orgs), catalogue, limit_classes, duty_list)
