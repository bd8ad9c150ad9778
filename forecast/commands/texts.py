"""What only the commands say, in the plan's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.safe_text import quoted
from forecast.texts import Texts

if TYPE_CHECKING:
    from forecast.plan.model import Language


def say(language: Language, key: str, **values: str | float) -> str:
    """The text of a key in a language with its fields filled in; a text from outside is quoted on one line."""
    safe = {name: quoted(value) if isinstance(value, str) else value for name, value in values.items()}
    return Texts(language)(f"commands.{key}", **safe)


def step_text(language: Language, step: str) -> str:
    """A step of a run, ``sales`` or ``scenario:LABEL``."""
    kind, _, label = step.partition(":")
    return say(language, f"step_{kind}", label=label)
