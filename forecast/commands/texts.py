"""What only the commands say, in the plan's language; figures and their names come from ``texts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.plan.model import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "bad_row": "{place}: {reason}（值为 {value}）",
        "no_value": "空",
        "check_good": "计划与台账无误：{orders} 笔订单；晚于基准日而不计 {dropped} 行，其后事件置空 {blanked} 个；"
        "待发生的其他收支 {other_flows} 笔，不晚于基准日而不计 {ignored_flows} 笔；"
        "运行时模拟 {paths} 条路径，随机种子 {seed}。",
        "check_bad": "不合规 {rejected} 行，共 {faults} 处；其余 {orders} 笔订单可用。请改正后重查，"
        "或由 forecast run 略过这些行。",
        "written": "已写入 {folder}",
        "sampled": "已写入 {folder}：{orders} 笔样本订单（台账、计划与 truth.json）",
        "made": "已建立 {folder}：改好 plan.toml 后运行 forecast run {plan}",
        "short": "即使用足全部授信，下列情景的现金仍不能以所要求的把握保持在最低余额之上：{scenarios}",
        "limit": "{facility}：单独使用时额度至少需要 {amount}",
        "limit_days": "；最晚 {start} 开始办理，{sign} 签订，{ask} 申请首次提款",
        "limit_none": "{facility}：单独使用时，无论额度多大都不能满足置信度",
        "stock": "{date} 可另付的备货采购最多为 {amount}",
        "stock_any": "{date} 另付的备货采购没有上限：所付款项可由授信全额覆盖",
        "stock_none": "{date} 不能再多付任何备货采购",
        "step_ledger": "读取台账",
        "step_sales": "预测下单",
        "step_receivables": "估计失败、补扣、结算与退款",
        "step_scenario": "情景：{label}",
        "step_level": "临界点：{label}",
        "step_writing": "写出工作簿与报告",
        "step_origin": "历史基准日 {label}",
    },
    "en": {
        "bad_row": "{place}: {reason} (value: {value})",
        "no_value": "absent",
        "check_good": "Plan and ledger are in order. Orders: {orders}; rows dropped, ordered after the as-of date: "
        "{dropped}; later events blanked: {blanked}; other flows to come: {other_flows}; other flows ignored, not "
        "after the as-of date: {ignored_flows}. A run draws {paths} paths with seed {seed}.",
        "check_bad": "Bad rows: {rejected}, with {faults} faults in all; the other {orders} orders can be used. "
        "Correct them and check again, or let forecast run leave these rows out.",
        "written": "written to {folder}",
        "sampled": "written to {folder}: {orders} sample orders (ledger, plan and truth.json)",
        "made": "{folder} is ready: edit plan.toml, then forecast run {plan}",
        "short": "with every facility drawn, cash still does not stay above the minimum with the confidence wanted "
        "in: {scenarios}",
        "limit": "{facility}: on its own it needs a limit of at least {amount}",
        "limit_days": "; begin by {start}, sign by {sign}, ask for the first drawing by {ask}",
        "limit_none": "{facility}: on its own no limit reaches the confidence wanted",
        "stock": "at most {amount} more can be paid for stock on {date}",
        "stock_any": "there is no bound to what more can be paid for stock on {date}: facilities lend all of it",
        "stock_none": "no more can be paid for stock on {date}",
        "step_ledger": "reading the ledger",
        "step_sales": "forecasting sales",
        "step_receivables": "estimating failures, recovery, settlement and refunds",
        "step_scenario": "scenario: {label}",
        "step_level": "break-even: {label}",
        "step_writing": "writing workbook and report",
        "step_origin": "as of {label}",
    },
}
"""The same keys and fields in both languages."""


def say(language: Language, key: str, **values: str | float) -> str:
    """The text of a key in a language with its fields filled in."""
    return TEXTS[language][key].format(**values)


def step_text(language: Language, step: str) -> str:
    """A step of a run, ``sales`` or ``scenario:LABEL``."""
    kind, _, label = step.partition(":")
    return say(language, f"step_{kind}", label=label)
