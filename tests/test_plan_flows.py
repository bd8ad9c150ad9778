"""Other cash flows: what one reads, and what every bad line says."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.money import to_fen, to_yuan
from forecast.plan.flows import FlowsRead, read_flows
from forecast.plan.model import OtherFlow

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2026, 10, 18)

FLOWS = """\
date, amount ,category,note,movable_days,deferral_cost
2026-10-18,-1.00,rent,the day itself,,
2026-10-19,-1200.10,stock,"显示器, 键盘",10,0.06

2026/11/1,35.00,deposit,,,
"""


def read(folder: Path, content: str | bytes) -> FlowsRead:
    file = folder / "other_flows.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_flows(file, AS_OF)


def problems_of(folder: Path, content: str | bytes) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in read(folder, content).problems]


def test_each_header_in_chinese_is_told_the_name_to_write_in_its_place(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "日期,金额,科目,备注\n2026-10-19,-5,rent,\n") == [
        f"other_flows.csv:1:{place}: {found}: is no column of other flows; write {column} in its place"
        for place, (found, column) in enumerate(
            [("日期", "date"), ("金额", "amount"), ("科目", "category"), ("备注", "note")], start=1
        )
    ]
    assert problems_of(tmp_path, "date,金额\n2026-10-19,-5\n")[1:] == [
        "other_flows.csv:1: category: is missing; the first line must hold date, amount, category"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_flows_after_as_of_are_read_and_the_others_counted(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, FLOWS.encode(encoding))
    assert found == FlowsRead(
        (
            OtherFlow(dt.date(2026, 10, 19), -1200.1, "stock", "显示器, 键盘", 10, 0.06),
            OtherFlow(dt.date(2026, 11, 1), 35.0, "deposit"),
        ),
        ignored=1,
        problems=(),
        past=(OtherFlow(dt.date(2026, 10, 18), -1.0, "rent", "the day itself"),),
    )


def test_lines_may_end_in_any_way_and_the_note_may_be_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, "category,date,amount\r\nstock,2026-10-19,-5\r\n")
    assert found.flows == (OtherFlow(dt.date(2026, 10, 19), -5.0, "stock"),)


def test_every_bad_line_is_told_with_line_and_column(tmp_path: Path) -> None:
    bad = """\
date,amount,category,note,movable_days,deferral_cost
2026-13-01,-5,stock,,,
19.10.2026,"1,200",,,,
2026-10-19,,stock,"two
lines",,
2026-10-19,-5.001,stock,,1.5,6%
2026-10-19,5,sale,,3,
2026-10-19,-5,stock,monitor, keyboard,1,0.06
2026-10-19
2020-01-01,-5,stock,,,2
"""
    whole_days = "write a whole number of days, at least 0 and at most 3650, or nothing"
    assert problems_of(tmp_path, bad) == [
        'other_flows.csv:2:1: date: is "2026-13-01"; write a day such as 2026-10-19',
        'other_flows.csv:3:1: date: is "19.10.2026"; write 2026-10-19',
        'other_flows.csv:3:2: amount: is "1,200"; write 1200',
        "other_flows.csv:3:3: category: is empty; write a category, such as stock or payroll",
        "other_flows.csv:4:2: amount: is empty; write yuan such as 1200.50 or -1200.50",
        (
            'other_flows.csv:6:2: amount: "-5.001" has a part of a fen; '
            "write yuan with at most two decimals, such as 1200.50"
        ),
        f'other_flows.csv:6:5: movable_days: is "1.5"; {whole_days}',
        'other_flows.csv:6:6: deferral_cost: is "6%"; write 0.06',
        'other_flows.csv:7:5: movable_days: is "3"; write nothing: money that comes in is not the merchant\'s to defer',
        'other_flows.csv:8:7: "0.06" has no column; put a text that holds commas in double quotes',
        f'other_flows.csv:8:5: movable_days: is "keyboard"; {whole_days}',
        "other_flows.csv:9: has 1 of 6 cells; write a comma for each cell that is empty",
        'other_flows.csv:10:6: deferral_cost: is "2"; write a fraction a year from 0 to 1 (0.05 for 5 %), or nothing',
    ]


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        (
            "date,amout,category",
            [
                'other_flows.csv:1:2: amout: is no column of other flows; write "amount"',
                "other_flows.csv:1: amount: is missing; the first line must hold date, amount, category",
            ],
        ),
        (
            "date,date,amount,category,",
            ["other_flows.csv:1:2: date: is there twice; keep one column of that name"],
        ),
        (
            "",
            [
                f"other_flows.csv:1: {name}: is missing; the first line must hold date, amount, category"
                for name in ("date", "amount", "category")
            ],
        ),
    ],
)
def test_a_header_that_does_not_fit_is_told(tmp_path: Path, header: str, problems: list[str]) -> None:
    assert problems_of(tmp_path, header) == problems


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    told = "is neither UTF-8 nor GB18030 text; save it as a CSV file in UTF-8"
    assert problems_of(tmp_path, b"date,amount,category\n\xff\xff,-5,stock\n") == [f"other_flows.csv:2: {told}"]
    chinese = "date,amount,category\n2026-10-19,-5,备货采购\n".encode() + b"2026-10-20,-5,\xff\xff\n"
    assert problems_of(tmp_path, chinese) == [f"other_flows.csv:3: {told}"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [str(problem.message) for problem in read_flows(tmp_path / "none.csv", AS_OF).problems] == [
        "there is no such file; correct cash.other_flows, or leave it out"
    ]


HEAD = "date,amount,category,note\n"

TOLD = {
    "full-width parentheses": ("2026-10-19,（1\uff0c200）,stock,", '2:2: amount: is "（1\uff0c200）"; write -1200'),
    "a unit": ("2026-10-19,1200元,stock,", '2:2: amount: is "1200元"; write 1200'),
    "full-width digits": ("2026-10-19,\uff11\uff12,stock,", '2:2: amount: is "\uff11\uff12"; write 12'),
    "thousands": ('2026-10-19,"1,200.50",stock,', '2:2: amount: is "1,200.50"; write 1200.50'),
    "a Chinese day": ("2026年10月19日,5,stock,", '2:1: date: is "2026年10月19日"; write 2026-10-19'),
    "a day far away": ("9999-12-31,5,stock,", "2:1: date: is 9999-12-31; write a day from 2000-01-01 to 2099-12-31"),
    "an amount out of scale": ("2026-10-19,-1e13,stock,", '2:2: amount: "-1e13" is not an amount; write yuan such as '),
    "beyond a trillion": (
        "2026-10-19,-1000000000001,stock,",
        "2:2: amount: is -1000000000001, beyond what a plan can hold; write yuan, at most 1000000000000",
    ),
    "a long category": ("2026-10-19,5," + "x" * 101 + ",", "2:3: category: has 101 letters; write at most 100"),
    "a long note": ("2026-10-19,5,rent," + "x" * 32_768, "2:4: note: has 32768 letters; write at most 1000"),
    "a control character": ("2026-10-19,5,re\x1bnt,", "2:3: category: holds U+001B, which cannot be printed; leave it"),
    "a row cut short": ("2026-10-19,-35", "2: has 2 of 4 cells; write a comma for each cell that is empty"),
    "quotes within quotes": ('2026-10-19,5,rent,"5" wide"', "2: a quotation mark stands within a text in quotes"),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_cell_that_is_not_as_it_should_be_is_told_with_what_to_write(tmp_path: Path, case: str) -> None:
    row, problem = TOLD[case]
    (found,) = problems_of(tmp_path, HEAD + row + "\n")
    assert found.startswith(f"other_flows.csv:{problem}")


@pytest.mark.parametrize("quote", ['2026-10-20,-5,stock,"open', '2026-10-20,"-5,stock,', '"2026-10-20,-5,stock,'])
@pytest.mark.parametrize(
    "last", ["2026-10-29,-9,stock,note", '2026-10-29,-9,stock,"closed"', '2026-10-29,-9,stock,open"']
)
def test_an_open_quotation_mark_spoils_its_own_line_alone(tmp_path: Path, quote: str, last: str) -> None:
    rows = [f"2026-11-{day:02},-7,rent," for day in range(1, 31)]
    content = HEAD + "\n".join([*rows[:10], quote, *rows[10:], last]) + "\n"
    found = read(tmp_path, content)
    assert [(problem.line, problem.key) for problem in found.problems] == [(12, "")]
    assert "a quotation mark is not closed on this line" in str(found.problems[0])
    assert sum(flow.category == "rent" for flow in found.flows) == 30
    assert len(found.flows) == 31


def test_a_text_in_quotes_may_run_over_lines_and_a_quote_may_stand_within_a_plain_text(tmp_path: Path) -> None:
    content = HEAD + '2026-10-19,-5,stock,"two\nlines, and ""more"""\n2026-10-20,-6,stock,5" screen\n'
    assert [flow.note for flow in read(tmp_path, content).flows] == ['two\nlines, and "more"', '5" screen']


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_semicolons_tabs_and_utf16_are_read(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = "date,amount,category\n2026-10-19,-5,备货\n".replace(",", delimiter)
    assert read(tmp_path, text.encode(encoding)).flows == (OtherFlow(dt.date(2026, 10, 19), -5.0, "备货"),)


def test_a_workbook_is_told(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, b"PK\x03\x04").problems
    assert "save its sheet as CSV in UTF-8" in problem.text("en")
    assert "另存为 UTF-8 编码的 CSV" in problem.text("zh")


def test_any_bytes_are_read_or_told_with_a_place(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    whole = FLOWS.encode()
    marks = b'",;\t\n\r\x00\xff\xfe9-/.a\xe5'
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.choices(marks, k=chance.randint(0, 3))
        if chance.random() < 0.1:
            content = bytearray(chance.randbytes(60))
        for problem in read(tmp_path, bytes(content)).problems:
            assert problem.file
            assert problem.line
            assert problem.text("zh") != problem.text("en")


@given(st.lists(st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), st.integers(-(10**12), 10**12))))
def test_no_fen_is_lost_between_the_file_and_the_flows(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[dt.date, int]]
) -> None:
    rows = "".join(f"{day},{Decimal(fen) / 100:.2f},x\n" for day, fen in lines)
    found = read(tmp_path_factory.getbasetemp(), f"date,amount,category\n{rows}")
    assert [to_fen(flow.amount) for flow in found.flows] == [fen for day, fen in lines if day > AS_OF]
    assert found.ignored == sum(day <= AS_OF for day, _ in lines)
    assert all(flow.amount == to_yuan(to_fen(flow.amount)) for flow in found.flows)


def test_an_amount_that_its_comma_has_parted_is_told_as_such(tmp_path: Path) -> None:
    rows = "date,amount,category,note\n2026-10-20,-10,000.00,stock,weekly\n"
    assert problems_of(tmp_path, rows) == [
        "other_flows.csv:2:2: amount: is -10,000.00 in 2 cells, as a comma parts them; write -10000.00"
    ]


@pytest.mark.parametrize(
    ("header", "row", "found"),
    [
        ("date,amount,category,note", "2026-06-07,-4,500.00,stock", "-4,500.00 in 2 cells"),
        ("date,amount,category,note", "2026-06-07,-4,500", "-4,500 in 2 cells"),
        ("date,amount,category,note", "2026-06-07,-1,234,500.00,stock", "-1,234,500.00 in 3 cells"),
        ("date,category,amount,note", "2026-06-07,stock,-4,500.00", "-4,500.00 in 2 cells"),
        ("date,category,note,amount", "2026-06-07,stock,-4,500.00", "-4,500.00 in 2 cells"),
    ],
)
def test_a_piece_of_an_amount_is_no_category_and_no_note(tmp_path: Path, header: str, row: str, found: str) -> None:
    place = header.split(",").index("amount") + 1
    plain = found.split(" in ", maxsplit=1)[0].replace(",", "")
    assert problems_of(tmp_path, f"{header}\n{row}\n") == [
        f"other_flows.csv:2:{place}: amount: is {found}, as a comma parts them; write {plain}"
    ]


@pytest.mark.parametrize("figure", ["500.00", "-4500", '"1,200"', "６６０２"])
def test_a_category_that_is_a_figure_is_refused(tmp_path: Path, figure: str) -> None:
    (told,) = problems_of(tmp_path, f"date,amount,category\n2026-10-20,-5.00,{figure}\n")
    assert told.startswith("other_flows.csv:2:3: category: is ")
    assert "a figure and no category" in told


def test_a_note_may_be_a_number(tmp_path: Path) -> None:
    assert not problems_of(tmp_path, "date,category,amount,note\n2026-10-20,stock,-5,500\n")


def test_a_file_without_separators_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "passwd"
    file.write_text("ann:x:s3cret\n", encoding="utf-8")
    told = "\n".join(map(str, read_flows(file, dt.date(2026, 10, 18)).problems))
    assert "date, amount, category" in told
    assert "s3cret" not in told


def test_a_comma_too_many_at_the_end_is_told_unless_the_header_has_it_too(tmp_path: Path) -> None:
    rows = "2026-10-20,-5,stock,\n2026-10-21,-5,stock\n"
    assert problems_of(tmp_path, f"date,amount,category\n{rows}") == [
        (
            "other_flows.csv:2: has 4 cells below 3 headers; leave out the commas too many at its end, "
            "or end every line with them, the first one too"
        )
    ]
    assert not problems_of(tmp_path, f"date,amount,category,\n{rows}")
