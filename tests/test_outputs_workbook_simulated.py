"""The sheets of simulated figures by the places at which a figure typed over them went unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
from office import changed
from result_example import example_result

from forecast.outputs.workbook.run import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

UNSEEN = (
    "融资!I6",
    "融资!I5",
    "还款计划!D7",
    "还款计划!E8",
    "比较!B6",
    "比较!C5",
    "缓冲构成!C6",
    "缓冲构成!B29",
    "回款进度!E11",
)


def test_a_figure_typed_over_them_is_found_by_libreoffice(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, example_result("zh"))
    book, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)

    def at(found: Any, place: str) -> Any:  # noqa: ANN401  # openpyxl publishes no types
        sheet, _, cell = place.rpartition("!")
        return found[sheet][cell].value

    places = [one for one in UNSEEN if str(at(book, one)).startswith("=")]
    assert len(places) >= len(UNSEEN) - 1
    typed = [{one: at(values, one) + 40.0} for one in places]
    checks = [f"检查!D{row}" for row in range(8, book["检查"].max_row + 1)]
    back = {one: str(at(book, one)).replace("!", ".") for one in places}  # as LibreOffice itself writes references
    found = changed(tmp_path, path, [{}, *typed], back, ",".join(checks))
    assert max(found[0]) < 1.0
    unseen = [place for place, differences in zip(places, found[1:], strict=True) if max(differences) < 2.0]
    assert unseen == []
