"""Where a plan's orders are: one source, or exports of platforms; the keys of ``[ledger]`` and ``[[ledger.files]]``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forecast.plan.terms import LONGEST_TEXT, section, term

if TYPE_CHECKING:
    from collections.abc import Mapping

LEDGER_COLUMNS = (
    "order_id",
    "shop",
    "channel",
    "ordered_at",
    "amount",
    "paid_at",
    "failure_cause",
    "failed_at",
    "deducted_at",
    "closed_at",
    "settled_on",
    "settled_amount",
    "refunded_on",
    "refunded_amount",
    "sku",
    "region",
)
"""The columns of the order ledger; ``[ledger.columns]`` and ``[ledger.constants]`` take these names."""


@section
class LedgerFile:
    """One entry of ``[[ledger.files]]``: exports of one kind, and how the channel of their lines is told.

    At most one of ``channel`` and ``channel_from`` is set. ``found`` are the files, in order, none of which stands in
    another entry.
    """

    path: str = term(
        "text",
        "an export, from the plan's folder, or a pattern of several (`*`, `?`, `**`); `file` is read as the same",
        "导出文件，相对计划所在文件夹；可用 `*`、`?`、`**` 匹配多个；也可写作 `file`",
        longest=LONGEST_TEXT,
    )
    format: str | None = term(
        "text",
        "its format, one that forecast formats lists; absent: recognised by its headers",
        "格式，见 forecast formats；缺省按表头识别",
        default=None,
    )
    channel: str | None = term(
        "text", "the channel of all its lines; absent: see channel_from", "所属支付渠道", default=None
    )
    channel_from: str | None = term(
        "text",
        "the header whose value tells the channel; absent: the format's payment method, or the plan's only channel",
        "由哪一列判断支付渠道；缺省用该格式的支付方式，计划只有一个渠道时用该渠道",
        default=None,
        longest=LONGEST_TEXT,
    )
    channels: Mapping[str, str] = term(
        "text", "the channel that a value of channel_from means", "该列的值对应的渠道", default={}, by="method"
    )
    found: tuple[Path, ...] = ()


@section
class LedgerSource:
    """Where the orders are: a file, a folder, a database URL with a table's name, or the exports of platforms."""

    orders: str = term(
        "text",
        "the orders' file, folder or database URL; absent: see ledger.files",
        "订单文件、文件夹或数据库地址；缺省见 ledger.files",
        required=False,
        longest=LONGEST_TEXT,
    )
    table: str | None = term(
        "text", "the table's name, with a database URL", "数据库表名", default=None, longest=LONGEST_TEXT
    )
    columns: Mapping[str, str] = term("text", "the source's own header", "来源的列名", default={}, by="column")
    constants: Mapping[str, str] = term("text", "of a column not there", "缺失列的固定值", default={}, by="column")
    files: tuple[LedgerFile, ...] = term("tables", "exports in place of orders", "平台导出文件", default=())

    @property
    def inputs(self) -> list[str]:
        """Every path or address that the orders are read from."""
        return [str(path) for entry in self.files for path in entry.found] if self.files else [self.orders]

    @property
    def key(self) -> str:
        """The key of the plan that names the source."""
        return "ledger.files" if self.files else "ledger.orders"

    @property
    def shown(self) -> str:
        """The source's name for messages."""
        if self.table:
            return self.table
        first, *others = [Path(one).name for one in self.inputs] or [""]
        return f"{first} + {len(others)}" if others else first


def is_database(orders: str) -> bool:
    """Whether a text names a database by its URL, not a file or a folder by its path."""
    return "://" in orders
