"""Pinyin of names, for sorting and for search by spelling or initials."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin


@lru_cache(maxsize=32_768)
def spell(name: str) -> tuple[str, str]:
    """Return spelling and initials in lower case without tones: 东华门街道 → (donghuamenjiedao, dhmjd).

    Other letters and digits stay as they are, everything else falls away. Of a character with several readings the
    dictionary's guess for the whole name is taken.
    """
    folded = unicodedata.normalize("NFKC", name).lower()
    syllables: list[str] = [kept for part in lazy_pinyin(folded) if (kept := "".join(c for c in part if c.isalnum()))]
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)
