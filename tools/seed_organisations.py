"""Writes policies/beijing/organisations.csv and communities.csv from the division data and the table of lines.

Facts (codes, names) come from the data set china-division 2.7.0 (statistical division codes, state of 2023-06-30); they
are restated in our own columns. Lines and branches: domain.md 5.3.
Run: `python tools/seed_organisations.py DATA_FOLDER`.
"""

import csv
import gzip
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

SEED = Path(__file__).resolve().parent.parent / "policies" / "beijing"
CITY = "110000"
ETOWN = "110000-ETOWN"
ETOWN_SUB_DISTRICTS = frozenset({"110115012", "110115013"})  # 荣华, 博兴: domain.md 5.1 [N8]
SPECIAL_ZONE = "4"  # seventh digit of the special zones, no units of local government: domain.md 5.1

Row = tuple[str, str, str, str, str, str]


def kind_of(code: str, name: str) -> str:
    """Streets and area offices carry 0xx, towns 1xx, townships 2xx; area offices end in 地区 (domain.md 4.3, 5.1)."""
    if code[6] == "0":
        return "area_office" if name.endswith("地区") else "street"
    return {"1": "town", "2": "township"}[code[6]]


def base_of(name: str) -> str:
    """The name as used before a station: 东华门街道 -> 东华门, 将台地区 -> 将台; towns and townships stay whole."""
    return re.sub(r"(街道|地区)$", "", name)


def area_rows(data: Path) -> Iterator[Row]:
    """City, districts and the 343 sub-districts and townships."""
    yield CITY, "city", "北京市", "北京", "", ""
    with (data / "areas.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"].startswith("11"):
                yield row["code"], "district", row["name"], row["name"].removesuffix("区"), CITY, CITY
    with gzip.open(data / "streets.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, name = row["code"], row["name"]
            if code.startswith("11") and code[6] != SPECIAL_ZONE:
                command = ETOWN if code in ETOWN_SUB_DISTRICTS else code[:6]
                yield code, kind_of(code, name), name, base_of(name), code[:6], command


def line_rows(areas: Iterable[Row], lines: list[dict[str, Any]]) -> Iterator[Row]:
    """City units, the departments of every district, and their branch offices in the sub-districts."""
    for area, kind, name, base, _, _ in areas:
        for line in lines:
            code, level = f"{area}-{line['code']}", line["level"]
            if kind == level == "city" or kind == level == "district":
                yield code, line["kind"], line["name"].format(area=name), line["short"], area, area
            if kind in line.get("branch_in", ()):
                title = line["branch"].format(area=name, base=base)
                short = title.removeprefix(name).removeprefix(base)
                yield code, "branch", title, short, f"{area[:6]}-{line['code']}", area


def example_rows(units: list[dict[str, Any]]) -> Iterator[Row]:
    """Units of the demo district that the division data does not know; each stands in its area, nobody commands it."""
    for unit in units:
        yield unit["code"], unit["kind"], unit["name"], unit["short"], unit["code"].partition("-")[0], ""


def community_rows(data: Path) -> Iterator[tuple[str, str, str, str]]:
    """Sub-district, serial, kind and name without the word for its committee; only under the 343."""
    with (data / "beijing-villages.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["code"]
            if code[6] == SPECIAL_ZONE:
                continue
            name, kind = row["name"], {"0": "residents", "2": "villagers"}.get(code[9], "other")
            if kind == "villagers":
                name = re.sub(r"村?(村民委员会|村委会)$", "村", name)
            else:
                name = re.sub(r"(社区)?(居民)?(居民委员会|居委会)$", "社区", name)
            yield code[:9], code[9:], kind, name


def write(path: Path, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> int:
    """Write rows sorted by their first two columns; return how many."""
    ordered = sorted(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(heading)
        out.writerows(ordered)
    return len(ordered)


def main(folder: str) -> None:
    """Write both files and print their sizes."""
    data = Path(folder)
    document = tomllib.loads((SEED / "lines.toml").read_text(encoding="utf-8"))
    areas = list(area_rows(data))
    rows = [*areas, *line_rows(areas, document["lines"]), *example_rows(document["units"])]
    print(write(SEED / "organisations.csv", ("code", "kind", "name", "short", "parent", "command_org"), rows))
    print(write(SEED / "communities.csv", ("sub_district", "serial", "kind", "name"), community_rows(data)))


if __name__ == "__main__":
    main(sys.argv[1])
