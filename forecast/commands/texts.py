"""What only the commands say, in the plan's language; figures and their names come from ``outputs/texts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.plan.model import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "bad_row": "{place}: {column}: {reason}（值为 {value}）",
        "row": "第 {line} 行",
        "no_value": "空",
        "check_good": "计划与台账无误：{orders} 笔订单，基准日之后的 {dropped} 行不计，{blanked} 个其后事件置空，"
        "{flows} 笔其他收支待发生，{ignored} 笔不晚于基准日不计；将模拟 {paths} 条路径，随机种子 {seed}。",
        "check_bad": "{faults} 处不合规，涉及 {rejected} 行；其余 {orders} 笔订单可用。请改正后重试，或让 forecast run 略过这些行。",
        "written": "已写入 {folder}",
        "sampled": "已写入 {folder}：{orders} 笔样本订单（台账、计划与 truth.json）",
        "made": "已建立 {folder}：改好 plan.toml 后运行 forecast run {plan}",
        "short": "即使用足全部授信，下列情景的现金仍不能以所要求的把握保持在最低余额之上：{scenarios}",
        "limit": "循环授信额度至少需要 {amount}",
        "limit_none": "无论额度多大，循环授信都不能满足置信度",
        "stock": "{date} 可另付的备货采购最多为 {amount}",
        "stock_none": "{date} 不能再多付任何备货采购",
    },
    "en": {
        "bad_row": "{place}: {column}: {reason} (value: {value})",
        "row": "row {line}",
        "no_value": "absent",
        "check_good": "Plan and ledger are in order: {orders} orders, {dropped} rows after the as-of date dropped, "
        "{blanked} later events blanked, {flows} other flows to come, {ignored} not after the as-of date ignored; "
        "{paths} paths would be drawn with seed {seed}.",
        "check_bad": "{faults} faults in {rejected} rows; the other {orders} orders can be used. "
        "Correct them and check again, or let forecast run leave these rows out.",
        "written": "written to {folder}",
        "sampled": "written to {folder}: {orders} sample orders (ledger, plan and truth.json)",
        "made": "{folder} is ready: edit plan.toml, then forecast run {plan}",
        "short": "with every facility drawn, cash still does not stay above the minimum with the confidence wanted "
        "in: {scenarios}",
        "limit": "the revolver needs a limit of at least {amount}",
        "limit_none": "no limit of a revolver reaches the confidence wanted",
        "stock": "at most {amount} more can be paid for stock on {date}",
        "stock_none": "no more can be paid for stock on {date}",
    },
}
"""The same keys and fields in both languages."""


def say(language: Language, key: str, **values: str | float) -> str:
    """The text of a key in a language with its fields filled in."""
    return TEXTS[language][key].format(**values)
