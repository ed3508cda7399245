"""Write the case tapes of `tests/domain/tapes/` anew, and say which ones changed.

    python tools/record_tapes.py            all scenarios of tests/support/tapes.py
    python tools/record_tapes.py NAME ...   only these

A tape pins what a rule pack version decides. Re-record after a change that was meant; let the difference be reviewed.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.tapes import FOLDER, SCENARIOS, record


def main(names: list[str]) -> int:
    """Record the named scenarios, or all; returns the exit code."""
    unknown = sorted(set(names) - set(SCENARIOS))
    if unknown:
        print(f"no such scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name in names or SCENARIOS:
        path = FOLDER / f"{name}.json"
        before = path.read_text("utf-8") if path.exists() else None
        after = record(name)
        path.write_text(after, "utf-8")
        print(f"{'new      ' if before is None else 'same     ' if before == after else 'CHANGED  '} {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
