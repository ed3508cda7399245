"""Write `docs/matrix.md`: command × state × role with the reason of every refusal, asked of the rules themselves.

python tools/matrix.py            writes the document anew
python tools/matrix.py --check    only tells whether it is up to date; exit code 1 if it is not
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.matrix_pages import document

PATH = Path(__file__).parents[1] / "docs" / "matrix.md"


def main(arguments: list[str]) -> int:
    """Write or check the document; returns the exit code."""
    text = document()
    if "--check" in arguments:
        if PATH.exists() and PATH.read_text("utf-8") == text:
            return 0
        print(f"{PATH} is not what the rules say now; run: python tools/matrix.py, and review the difference")
        return 1
    PATH.write_text(text, "utf-8")
    print(f"{PATH}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
