"""The texts that a user reads, in Chinese and English: one catalogue (TOML) a language, the same keys in both."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("zh", "en")
"""The languages that a plan may name."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by their dotted key.

    Raises:
        ValueError: there is no catalogue of that language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no texts in language {language!r}; there are {', '.join(LANGUAGES)}")
    source = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return _flat(tomllib.loads(source), "")


class Texts:
    """The texts of one language: ``texts("cards.receipts", days=75)``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, **values: str | float) -> str:
        """The text of ``key`` with its fields filled in.

        Raises:
            KeyError: the catalogue has no such text, or the text has a field that ``values`` lacks.
        """
        return self._texts[key].format(**values)

    def or_else(self, key: str, other: str) -> str:
        """The text of ``key``, or ``other`` where the catalogue has none: for names that a user may make up."""
        return self._texts.get(key, other)


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            texts |= _flat(value, f"{prefix}{key}.")
        else:
            texts[prefix + key] = value
    return texts
