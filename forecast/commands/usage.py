"""Wrong usage of a command, told in Chinese where the user is spoken to in Chinese; else as the library tells it."""

from __future__ import annotations

import itertools
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from forecast.commands.console import end_unwritten
from forecast.errors import InputError, Problem, said
from forecast.safe_text import without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    "BadOptionUsage": "other",
    "BadParameter": "bad_value",
    "MissingParameter": "missing",
    "NoSuchCommand": "no_command",
    "NoSuchOption": "no_option",
    "UsageError": "other",
}
"""Texts by the names of the library's errors, whose types are private to it."""

_PRINTS = "echo"
"""The library's function that prints help and wrong usage."""


class SpokenCommands(TyperGroup):
    """The commands, whose wrong usage is told in the user's language."""

    def main(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401  # the types are private to typer
        """Run the command line; help that standard output does not take is told as a result is that it does not."""
        try:
            return super().main(*args, **more)
        except OSError as error:
            if all(frame.name != _PRINTS for frame in traceback.extract_tb(error.__traceback__)):
                raise
            end_unwritten(error)
        except SystemExit as ended:
            if not isinstance(ended.__context__, BrokenPipeError):
                raise
            end_unwritten(ended.__context__)  # the library's own answer is 1, which here is a fault of the program

    def make_context(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401  # the same
        """Parse the words before the command."""
        with _in_chinese():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # the same
        """Parse the words of the command and run it."""
        with _in_chinese():
            return super().invoke(ctx)


@contextmanager
def _in_chinese() -> Iterator[None]:
    """Within it, a wrong usage becomes a wrong input where the user is spoken to in Chinese."""
    try:
        yield
    except Exception as error:
        kind = _KINDS.get(type(error).__name__)
        if kind is None:
            raise
        _without_password(error)
        if _language() != "zh":
            raise
        raise InputError(_told(error, kind), "zh") from None


def _without_password(error: Any) -> None:  # noqa: ANN401  # the type is private to typer
    """Hides in the library's own message what a mistyped address in place of a value would show."""
    if isinstance(error.message, str):
        error.message = without_password(error.message)


def _told(error: Any, kind: str) -> Problem:  # noqa: ANN401  # the type is private to typer
    parameter, found = getattr(error, "param", None), getattr(error, "option_name", None)
    if not found and parameter is not None:
        found = max(parameter.opts, key=len) if parameter.param_type_name == "option" else parameter.metavar
    path = f"forecast {error.ctx.info_name}" if error.ctx and error.ctx.parent else "forecast"
    message = (error.message or "").rstrip(".")
    return Problem(said(f"usage.{kind}", found=found or "", message=message, command=path))


def _language() -> str:
    """The language of ``--language``, else that of the user's environment."""
    from forecast.sample.folder import users_language  # noqa: PLC0415  # only errors need it, and it loads much

    words = [word for word in sys.argv for word in word.split("=")]
    asked = {after for word, after in itertools.pairwise(words) if word == "--language"}
    return next(iter(asked & {"zh", "en"}), users_language())
