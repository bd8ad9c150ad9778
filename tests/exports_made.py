"""Export files of our own making, as platforms write them; ``python tests/exports_made.py`` makes ``data/exports``."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter
from exports_bills import (
    Unmatched,
    account,
    alipay_bill,
    alipay_summary,
    bank_statement,
    douyin_money,
    jd_long_settlement,
    jd_settlement,
    pinduoduo_bill,
    wechat_bill,
)
from exports_orders import as_text, douyin_orders, jd_orders, pinduoduo_orders, tmall_orders
from exports_world import DOUYIN, JD, MADE_AT, PINDUODUO, TMALL, WECHAT, make_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exports_world import World

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "exports"


class _ChineseName(zipfile.ZipInfo):
    """A member whose name is GBK without the flag that says so, as Alipay's archives have them."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # the library's own name
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    """An archive with GBK names, the same bytes each time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(_ChineseName(name), content, zipfile.ZIP_DEFLATED)


def write_sheet(path: Path, name: str, rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = ()) -> None:
    """A workbook of one sheet, all text but the columns of numbers (amounts); the same bytes each time."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": MADE_AT})
    sheet = book.add_worksheet(name)
    columns = {rows[0].index(one) for one in numbers}
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if line and column in columns:
                sheet.write_number(line, column, float(cell))
            elif cell:
                sheet.write_string(line, column, cell.removeprefix('="').removesuffix('"'))
    book.close()


@dataclass(frozen=True, slots=True)
class Made:
    """Files written into a folder, what the ledger made of them adds up to, and what finds no order."""

    files: tuple[Path, ...]
    world: World
    unmatched: Unmatched
    balance: int | None = None


def write_tmall(folder: Path, seed: int = 1) -> Made:
    """Tmall's orders in GB18030 and Alipay's archive; ``balance`` is Alipay's on the evening of ``AS_OF``."""
    world, unmatched = make_world(TMALL, seed), Unmatched()
    orders, bill = folder / "tmall_orders.csv", folder / "alipay_bill.zip"
    orders.write_bytes(tmall_orders(world).encode("gb18030"))
    lines = account(world, unmatched, advertising="直通车充值")
    text, balance = alipay_bill(lines, 5_000_000)
    members = {
        "20880000000000000156_202610_账务汇总.csv": alipay_summary(lines).encode("gb18030"),
        "20880000000000000156_202610_账务明细.csv": text.encode("gb18030"),
    }
    write_zip(bill, members)
    return Made((orders, bill), world, unmatched, balance)


def write_tmall_alone(folder: Path, seed: int = 1) -> Made:
    """Tmall's orders in the newer form, which tells the settlements, as UTF-16 text."""
    world = make_world(TMALL, seed)
    orders = folder / "ExportOrderList.csv"
    orders.write_bytes(tmall_orders(world, newer=True).encode("utf-16"))
    return Made((orders,), world, Unmatched())


def write_jd_long(folder: Path, seed: int = 1) -> Made:
    """JD's orders as CSV and the settlement in its longer form, as a workbook."""
    world = make_world(JD, seed)
    orders, settlement = folder / "jd_orders.csv", folder / "jd_long_settlement.xlsx"
    orders.write_bytes(as_text(jd_orders(world)).encode("gb18030"))
    write_sheet(settlement, "结算", jd_long_settlement(world))
    return Made((orders, settlement), world, Unmatched())


def write_jd(folder: Path, seed: int = 1, *, sheets: bool = True) -> Made:
    """JD's orders and settlement, as workbooks or as CSV in GBK."""
    world, unmatched = make_world(JD, seed), Unmatched()
    ending = "xlsx" if sheets else "csv"
    orders, settlement = folder / f"jd_orders.{ending}", folder / f"jd_settlement.{ending}"
    tables = {orders: jd_orders(world), settlement: jd_settlement(world, unmatched)}
    for path, rows in tables.items():
        if sheets:
            amounts = ["订单金额", "结算金额"] if path == orders else ["金额"]
            write_sheet(path, "订单" if path == orders else "结算表", rows, numbers=amounts)
        else:
            path.write_bytes(as_text(rows).encode("gbk"))
    return Made((orders, settlement), world, unmatched)


def write_wechat(folder: Path, seed: int = 1, *, older: bool = False) -> Made:
    """WeChat's bill in UTF-8 with a byte-order mark."""
    world = make_world(WECHAT, seed)
    path = folder / "wechat_bill.csv"
    path.write_bytes(wechat_bill(world, older=older).encode("utf-8-sig"))
    return Made((path,), world, Unmatched())


def write_douyin(folder: Path, seed: int = 1) -> Made:
    """Douyin's orders and money movements in UTF-8."""
    world, unmatched = make_world(DOUYIN, seed), Unmatched()
    orders, bill = folder / "douyin_orders.csv", folder / "douyin_money.csv"
    orders.write_text(douyin_orders(world), encoding="utf-8", newline="")
    bill.write_text(douyin_money(account(world, unmatched, advertising="千川充值")), encoding="utf-8", newline="")
    return Made((orders, bill), world, unmatched)


def write_pinduoduo(folder: Path, seed: int = 1) -> Made:
    """Pinduoduo's orders in GBK and its bill."""
    world, unmatched = make_world(PINDUODUO, seed), Unmatched()
    orders, bill = folder / "pinduoduo_orders.csv", folder / "pinduoduo_bill.csv"
    orders.write_bytes(pinduoduo_orders(world).encode("gbk"))
    bill.write_bytes(
        pinduoduo_bill(account(world, unmatched, advertising="推广账户充值", deposit=True)).encode("gb18030")
    )
    return Made((orders, bill), world, unmatched)


def write_bank(folder: Path, seed: int = 1) -> tuple[Path, int]:
    """A bank's statement of the account that Alipay's withdrawals reach; its balance on the evening of ``AS_OF``."""
    lines = account(make_world(TMALL, seed), Unmatched(), advertising="直通车充值")
    text, balance = bank_statement(lines, 20_000_000)
    path = folder / "bank_statement.csv"
    path.write_bytes(text.encode("gb18030"))
    return path, balance


def write_sample(folder: Path) -> list[Path]:
    """The sample set: Tmall with Alipay, JD, WeChat and the bank."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [write_tmall(folder), write_jd(folder), write_wechat(folder)]
    return [*(path for one in made for path in one.files), write_bank(folder)[0]]


if __name__ == "__main__":
    for written in write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE):
        print(written.name, written.stat().st_size)  # noqa: T201  # a command's own output
