"""Where the real data lies: beside the checkout, or where `WHISTLE_SHARED_DATA` says; never in the project."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("WHISTLE_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def real_data(*parts: str) -> Path:
    """Return a file or folder of the real data, or skip the test and say what was not compared."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"NOT COMPARED: {path} is absent (set WHISTLE_SHARED_DATA to the folder of the data)")
    return path
