"""The collection sheet: by channel the share collected of each week's orders by age, and its projection as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.outputs.workbook.sheet import FIRST_ROW, MONEY, RATE, Sheet, local_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.results.development import Development
    from forecast.results.run import Result

WEEK, VALUE, COLLECTED, DEVELOPED, PROJECTED, EXPECTED, STILL = range(7)
FIRST_AGE = 7
"""The columns before the triangle, and that of its first age."""

HEADS = ("order_week", "sales", "collected", "developed", "projected_ultimate", "expected_ultimate", "still_to_come")
HOW = ("money", "ladder", "expected", "total")
"""The lines that say how the sheet is read."""

FACTOR = "0.0000"


def fill_development(sheet: Sheet, result: Result) -> None:
    """The whole shop first, then each channel: a triangle with its projection, one below the other."""
    texts, development = sheet.book.texts, result.collection_development
    blocks = [(texts("words.channels_all"), development.total)]
    blocks += [(result.channels[name].label, part) for name, part in development.by_channel.items()]
    ages = max(len(part.ages) for _, part in blocks)
    sheet.widths([14, 13, 13, 12, 13, 13, 13] + [9.5] * ages)
    sheet.worksheet.freeze_panes(FIRST_ROW, 1)
    row = FIRST_ROW
    for line in HOW:
        sheet.text(row, 0, texts(f"development.{line}", valued_on=development.valued_on), "soft", wrap=False)
        row += 1
    for label, part in blocks:
        first, row = row + 1, _Block(sheet, part, row + 1).write(label)
        sheet.keep_together(first, row - 1)


class _Block:
    """One channel's triangle, from ``first`` on: label, heads, a row a week, then sum, factors and shares reached."""

    def __init__(self, sheet: Sheet, part: Development, first: int) -> None:
        self.sheet = sheet
        self.part = part
        self.ages = part.ages
        self.count = len(part.cohorts)
        self.top = first + 2
        self.sums = self.top + self.count
        self.factors, self.reached, self.share = self.sums + 1, self.sums + 2, self.sums + 3
        self.first = first
        factors = [*part.factors, part.tail]
        self.live = bool(self.ages) and all(factor is not None and factor > 0 for factor in factors)
        """Whether the projection is written as formulas; not where nothing is known or all was taken back."""

    def write(self, label: str) -> int:
        """Writes the block; gives the first row below it."""
        texts = self.sheet.book.texts
        self.sheet.text(self.first, WEEK, label, "fact", wrap=False)
        ages = [texts("development.age", weeks=age) for age in self.ages]
        self.sheet.heads(self.first + 1, 0, [*(texts(f"words.{head}") for head in HEADS), *ages])
        for cohort in range(self.count):
            self._cohort(cohort)
        self._sums()
        for place in range(len(self.ages)):
            self._age(place)
        for row, word in ((self.factors, "factor"), (self.reached, "reached"), (self.share, "share")):
            self.sheet.text(row, WEEK, texts(f"development.{word}"), "label", wrap=False)
        self._share()
        return self.share + 1

    def _cohort(self, cohort: int) -> None:
        sheet, part, row, age = self.sheet, self.part, self.top + cohort, self.count - 1 - cohort
        value, collected = part.order_value[cohort], part.collected[cohort]
        sheet.day(row, WEEK, part.cohorts[cohort], "label")
        sheet.number(row, VALUE, value, "engine")
        sheet.number(row, COLLECTED, collected, "engine")
        for place, amount in enumerate(part.collected_by_age[cohort]):
            share = amount / value if amount is not None and value > 0 else None
            sheet.number(row, FIRST_AGE + place, share, "engine", RATE)
        at = [local_cell(row, column) for column in range(FIRST_AGE)]
        developed, known = part.developed[cohort], self.live
        within = known and self.ages[0] <= age <= self.ages[-1]
        reached = f"={local_cell(self.reached, FIRST_AGE + age - self.ages[0])}" if within else ""
        self._figure(row, DEVELOPED, reached, developed, RATE)
        projected = f"={at[COLLECTED]}/{at[DEVELOPED]}" if known and age >= self.ages[0] else ""
        self._figure(row, PROJECTED, projected, part.projected_ultimate[cohort])
        by_value = f"{at[VALUE]}*{local_cell(self.share, DEVELOPED)}"
        begun = f"{at[COLLECTED]}+(1-{at[DEVELOPED]})*{by_value}"
        young = f"MAX({at[COLLECTED]},{by_value})"
        ultimate = f"=MIN({at[VALUE]},{begun if age >= self.ages[0] else young})" if known else ""
        self._figure(row, EXPECTED, ultimate, part.expected_ultimate[cohort])
        rest = f"={at[EXPECTED]}-{at[COLLECTED]}" if known else ""
        self._figure(row, STILL, rest, part.still_to_come[cohort])

    def _sums(self) -> None:
        part = self.part
        sums: Mapping[int, Sequence[float | None]] = {
            VALUE: part.order_value,
            COLLECTED: part.collected,
            EXPECTED: part.expected_ultimate,
            STILL: part.still_to_come,
        }
        self.sheet.text(self.sums, WEEK, self.sheet.book.texts("words.total"), "strong")
        for column in range(VALUE, FIRST_AGE):
            figures = sums.get(column, [None])
            known = [figure for figure in figures if figure is not None]
            if len(known) < len(figures):
                self.sheet.number(self.sums, column, None, "formula_strong")
            else:
                formula = f"=SUM({self._rows(column, self.count)})"
                self.sheet.formula(self.sums, column, formula, sum(known), "formula_strong")

    def _age(self, place: int) -> None:
        """The factor from an age to the next (last: the tail) and the share of the ultimate reached at it."""
        part, column = self.part, FIRST_AGE + place
        last = place == len(self.ages) - 1
        if last:
            count, figure = self.count - 1 - self.ages[-1], part.tail
            reached = f"SUM({self._rows(COLLECTED, count)})" if count > 0 else ""
        else:
            count, figure = self.count - self.ages[place + 1], part.factors[place]
            money = f"({self._rows(column, count)}<>0)*1"
            reached = f"SUMPRODUCT({self._rows(VALUE, count)},{self._rows(column + 1, count)},{money})"
        base = sum(amounts[place] or 0.0 for amounts in part.collected_by_age[:count])
        formula = f"={reached}/{self._amount(column, count)}" if self.live and count > 0 and base > 0 else ""
        self._figure(self.factors, column, formula, figure, FACTOR)
        following = f"{local_cell(self.factors, column)}:{local_cell(self.factors, FIRST_AGE + len(self.ages) - 1)}"
        self._figure(self.reached, column, f"=1/PRODUCT({following})" if self.live else "", part.reached[place], RATE)

    def _share(self) -> None:
        begun = self.count - self.ages[0] if self.ages else 0
        share = self.part.expected_share
        exposed = f"SUMPRODUCT({self._rows(VALUE, begun)},{self._rows(DEVELOPED, begun)})" if begun else ""
        formula = f"=SUM({self._rows(COLLECTED, begun)})/{exposed}" if self.live and share is not None else ""
        self._figure(self.share, DEVELOPED, formula, share, RATE)

    def _amount(self, column: int, count: int) -> str:
        """The money of the oldest cohorts at an age: order value times share."""
        return f"SUMPRODUCT({self._rows(VALUE, count)},{self._rows(column, count)})"

    def _rows(self, column: int, count: int) -> str:
        """A column over the oldest cohorts."""
        return f"{local_cell(self.top, column)}:{local_cell(self.top + count - 1, column)}"

    def _figure(self, row: int, column: int, formula: str, figure: float | None, number: str = MONEY) -> None:
        """A formula with its cached figure; the figure itself, or an empty cell, where it follows from no formula."""
        if formula and figure is not None:
            self.sheet.formula(row, column, formula, figure, "formula", number)
        else:
            self.sheet.number(row, column, figure, "engine", number)
