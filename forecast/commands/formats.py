"""What ``formats`` says: the exports that are read, what each gives, and the headers that it is known and read by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.commands.console import show, show_json
from forecast.commands.texts import say
from forecast.ledger.exports.formats import FORMATS
from forecast.records import Record, plain, record, says
from forecast.sample.folder import users_language
from forecast.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.ledger.exports.layouts import Format
    from forecast.plan.model import Language


@record
class Column(Record):
    """One column of an export."""

    column: str = says("what the format calls it")
    headers: list[str] = says("headers that it may bear; the first that the file has counts")
    needed: bool = says("whether a file without it is of another format")


@record
class Form(Record):
    """One form of an export."""

    format: str = says('what `format = "…"` of a plan names; several forms may share it')
    chinese: str = says("its name in Chinese")
    english: str = says("its name in English")
    gives: list[str] = says("what it tells")
    columns: list[Column] = says("the columns used of it")


@record
class FormatsResult(Record):
    """What ``forecast formats`` prints under ``--json``."""

    formats: list[Form] = says("one entry a form")


def show_formats(language: Language | None, *, as_json: bool) -> None:
    """Prints all formats, in the user's language where none is asked for."""
    result = formats_result()
    if as_json:
        show_json(plain(result))
    else:
        show(formats_text(result, language or users_language()))


def formats_result(formats: Iterable[Format] = FORMATS) -> FormatsResult:
    """All forms of exports with their columns, in the order in which they are listed."""
    return FormatsResult(
        [
            Form(
                one.name,
                one.chinese,
                one.english,
                list(one.gives),
                [Column(cell.name, list(cell.headers), cell.needed) for cell in one.cells],
            )
            for one in formats
        ]
    )


def formats_text(result: FormatsResult, language: Language) -> str:
    """Each form with what it gives, the headers that it is known by, and the further ones that are used."""
    texts = Texts(language)
    comma = texts("language.list_comma")
    parts = []
    for one in result.formats:
        gives = comma.join(texts(f"gives.{what}") for what in one.gives)
        named = (one.chinese, one.english) if language == "zh" else (one.english, one.chinese)
        needed = comma.join(_headers(column) for column in one.columns if column.needed)
        others = comma.join(_headers(column) for column in one.columns if not column.needed)
        lines = [say(language, "format", name=one.format, first=named[0], second=named[1], gives=gives)]
        lines.append(say(language, "format_needs", headers=needed))
        lines += [say(language, "format_uses", headers=others)] if others else []
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, say(language, "formats_end")])


def _headers(column: Column) -> str:
    return " / ".join(column.headers)
