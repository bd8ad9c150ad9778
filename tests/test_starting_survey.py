"""What files hold: their formats, orders, payment methods, last whole day and balances."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.starting.order_facts import MethodFound
from forecast.starting.survey import Unreadable, survey

if TYPE_CHECKING:
    from pathlib import Path

JD = "订单号,支付方式,下单时间,订单金额,订单状态,付款确认时间,店铺名称\n"
BILL = "订单编号,费用项,金额,收支方向,费用结算时间\n"
BANK = "交易日期,摘要,收入,支出,余额\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def jd_orders(folder: Path, *lines: str, name: str = "jd.csv") -> Path:
    return write(folder, name, JD + "".join(f"{line}\n" for line in lines))


def days_of_orders(last: str, until: int = 9) -> list[str]:
    """One order at half past ten on each evening from 1 to ``until`` October, and one at another time the day after."""
    days = [f"A{day},微信支付,2026-10-{day:02d} 22:30:00,10.00,完成,," for day in range(1, until + 1)]
    return [*days, f"B,微信支付,2026-10-{until + 1:02d} {last},10.00,等待付款,,"]


def test_orders_by_payment_method_and_what_is_known_of_them(tmp_path: Path) -> None:
    orders = jd_orders(
        tmp_path,
        "A1,京东白条,2026-10-01 22:30:00,100.00,完成,2026-10-01 22:31:00,晴川",
        "A1,京东白条,2026-10-01 22:30:00,100.00,完成,2026-10-01 22:31:00,晴川",
        "A2,京东白条,2026-10-01 22:40:00,50.00,已取消,,晴川",
        "A3,微信支付,2026-10-02 23:30:00,70.00,等待付款,,晴川",
    )
    bill = write(tmp_path, "bill.csv", BILL + "A1,货款,100.00,收入,2026-10-02\nA9,货款,5.00,收入,2026-10-02\n")
    found = survey([orders, bill])
    first, second = found.files
    assert (first.format, first.lines, first.orders, first.method_header) == ("jd_orders", 4, 3, "支付方式")
    assert first.methods == (
        MethodFound("京东白条", 2, settled=1, with_fee=1, undated_refunds=0, unpaid=0, closed=1, paid=1),
        MethodFound("微信支付", 1, settled=0, with_fee=0, undated_refunds=0, unpaid=1, closed=0),
    )
    assert (second.format, second.orders, second.methods) == ("jd_settlement", 0, ())
    assert found.bills == (second,)
    assert (found.first, found.as_of, found.shop) == (dt.date(2026, 10, 1), dt.date(2026, 10, 2), "晴川")


def test_a_day_cut_off_at_noon_is_not_known(tmp_path: Path) -> None:
    assert survey([jd_orders(tmp_path, *days_of_orders("11:40:00"))]).as_of == dt.date(2026, 10, 9)
    assert survey([jd_orders(tmp_path, *days_of_orders("22:40:00"))]).as_of == dt.date(2026, 10, 10)


def test_a_method_that_comes_after_as_of_is_found_all_the_same(tmp_path: Path) -> None:
    last = "C,货到付款,2026-10-10 11:45:00,10.00,完成,,"
    found = survey([jd_orders(tmp_path, *days_of_orders("11:40:00"), last)])
    assert [(one.text, one.orders) for one in found.files[0].methods] == [("微信支付", 9), ("货到付款", 0)]


def test_months_of_one_format_follow_one_another_and_the_earliest_format_counts(tmp_path: Path) -> None:
    october = jd_orders(tmp_path, *days_of_orders("22:40:00"))
    september = jd_orders(tmp_path, "S,微信支付,2026-09-30 22:30:00,10.00,完成,,", name="september.csv")
    assert survey([october, september]).as_of == dt.date(2026, 10, 10)
    line = "7,9.00,2026-10-08 23:31:00,2026-10-08 23:32:00\n"
    tmall = write(tmp_path, "tmall.csv", f"订单编号,总金额,订单创建时间,订单付款时间 \n{line}")
    assert survey([october, tmall]).as_of == dt.date(2026, 10, 8)


def test_a_bill_that_ends_long_before_the_orders_ends_what_is_known(tmp_path: Path) -> None:
    orders = jd_orders(tmp_path, *days_of_orders("22:40:00", until=20))
    late = write(tmp_path, "late.csv", BILL + "A1,货款,10.00,收入,2026-10-11\n")
    early = write(tmp_path, "early.csv", BILL + "A1,货款,10.00,收入,2026-10-10\n")
    assert survey([orders, late]).as_of == dt.date(2026, 10, 21)
    assert survey([orders, early]).as_of == dt.date(2026, 10, 10)


@pytest.mark.parametrize(("ends", "as_of"), [(20, 21), (19, 21), (16, 16)])
def test_a_bill_that_ends_sooner_than_it_usually_pauses_ends_what_is_known(
    tmp_path: Path, ends: int, as_of: int
) -> None:
    orders = jd_orders(tmp_path, *days_of_orders("22:40:00", until=20))
    days = [day for day in range(1, ends + 1) if day % 2 == ends % 2]
    lines = "".join(f"A{day},货款,10.00,收入,2026-10-{day:02d} 09:00:00\n" for day in days)
    assert survey([orders, write(tmp_path, "bill.csv", BILL + lines)]).as_of == dt.date(2026, 10, as_of)


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_balance_is_that_after_the_last_line_up_to_as_of(tmp_path: Path, *, newest_first: bool) -> None:
    lines = ["2026-10-01,提现,100.00,,100.00", "2026-10-08,房租,,40.00,60.00", "2026-10-08,工资,,10.00,50.00"]
    lines.append("2026-10-12,提现,5.00,,55.00")
    rows = reversed(lines) if newest_first else lines
    bank = write(tmp_path, "bank.csv", BANK + "".join(f"{line}\n" for line in rows))
    (balance,) = survey([jd_orders(tmp_path, *days_of_orders("22:40:00")), bank]).balances
    assert (balance.fen, balance.day, balance.format) == (50_00, dt.date(2026, 10, 8), "bank_statement")


def test_what_is_wrong_with_each_file_is_told(tmp_path: Path) -> None:
    one, other = write(tmp_path, "one.csv", "a,b\n1,2\n"), write(tmp_path, "other.csv", "c,d\n3,4\n")
    with pytest.raises(InputError) as error:
        survey([one, jd_orders(tmp_path, *days_of_orders("22:40:00")), other])
    assert [problem.file for problem in error.value.problems] == ["one.csv", "other.csv"]


def test_a_file_of_no_format_is_left_out_unless_it_is_named_by_itself(tmp_path: Path) -> None:
    orders, notes = jd_orders(tmp_path, *days_of_orders("22:40:00")), write(tmp_path, "readme.txt", "说明,备注\n1,2\n")
    assert survey([notes, orders], [orders]).left_out == ("readme.txt",)
    with pytest.raises(InputError, match=r"readme\.txt:1: .* move it away or delete it"):
        survey([notes, orders], [orders, notes])
    with pytest.raises(InputError, match=r"readme\.txt:1"):
        survey([notes], [])


def test_money_without_orders_is_an_error(tmp_path: Path) -> None:
    bill = write(tmp_path, "bill.csv", BILL + "A1,货款,100.00,收入,2026-10-02\n")
    with pytest.raises(InputError, match=r"no file shows any order \(jd_settlement\)"):
        survey([bill])


def test_lines_that_cannot_be_read_are_counted_with_the_first_reason_and_column(tmp_path: Path) -> None:
    bad = ["C,微信支付,2026-10-09 22:30:00,10.00,完成,09/10/2026,", "D,微信支付,2026-10-09 22:31:00,ten,完成,,"]
    found = survey([jd_orders(tmp_path, *days_of_orders("22:40:00"), *bad)]).files[0].unreadable
    assert found == Unreadable(2, 12, "time_unreadable", "付款确认时间: 09/10/2026")
    told = r"jd\.csv:2: holds orders, but none of its 2 lines .*\(付款确认时间: 09/10/2026\)"
    with pytest.raises(InputError, match=told):
        survey([jd_orders(tmp_path, *bad)])


def test_an_order_in_two_exports_counts_once(tmp_path: Path) -> None:
    one = jd_orders(tmp_path, *days_of_orders("22:40:00"), name="one.csv")
    two = jd_orders(
        tmp_path, *days_of_orders("22:40:00"), "C,微信支付,2026-10-10 22:41:00,10.00,完成,,", name="two.csv"
    )
    found = survey([one, two]).files
    assert [file.orders for file in found] == [10, 11]
    assert [sum(method.orders for method in file.methods) for file in found] == [0, 11]


def test_an_archive_with_orders_of_two_platforms_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("jd.csv", JD + "\n".join(days_of_orders("22:40:00")))
        archive.writestr("tmall.csv", "订单编号,总金额,订单创建时间,订单付款时间\n7,9.00,2026-10-08 23:31:00,\n")
    with pytest.raises(InputError, match=r"all\.zip: holds orders of several platforms \(jd_orders, tmall_orders\)"):
        survey([tmp_path / "all.zip"])
