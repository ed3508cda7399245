"""Masking of personal data: what of a name or a number may stand on a screen."""

from __future__ import annotations

import re
from typing import Final

_STAR: Final = "*"
_SHOWN_START, _SHOWN_END = 3, 4
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?\d[\s().-]{0,2}){6,14}\d(?!\d)")


def mask_name(name: str) -> str:
    """Keep the first character: 张三丰 → 张**."""
    return name[:1] + _STAR * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four digits of a number long enough, else only the last two."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < _SHOWN_START + _SHOWN_END + 2:
        return _STAR * max(len(digits) - 2, 0) + digits[-2:]
    return digits[:_SHOWN_START] + _STAR * (len(digits) - _SHOWN_START - _SHOWN_END) + digits[-_SHOWN_END:]


def mask_contacts(text: str) -> str:
    """Replace what looks like a telephone number (7 digits and more) or an e-mail address in free text."""
    return _PHONE.sub("[number]", _EMAIL.sub("[address]", text))
