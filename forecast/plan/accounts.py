"""Last year's accounts in a plan: the figures that the working-capital loan need takes, each optional."""

from __future__ import annotations

from forecast.plan.terms import Term

ACCOUNTS = (
    Term("revenue", "number", "last year's revenue", "上年度销售收入", "yuan", low=0, low_open=True),
    Term(
        "cost_of_goods_sold", "number", "last year's cost of goods sold", "上年度销售成本", "yuan", low=0, low_open=True
    ),
    Term("profit", "number", "last year's profit on sales", "上年度销售利润", "yuan"),
    Term("next_revenue", "number", "revenue expected this year", "本年度预计销售收入", "yuan", low=0, low_open=True),
    Term("receivables", "number", "average receivables", "应收账款平均余额", "yuan", low=0),
    Term("inventory", "number", "average inventory", "存货平均余额", "yuan", low=0),
    Term("payables", "number", "average payables", "应付账款平均余额", "yuan", low=0),
    Term("prepaid", "number", "average prepayments", "预付账款平均余额", "yuan", low=0),
    Term("advances", "number", "average advances from customers", "预收账款平均余额", "yuan", low=0),
    Term("funds_available", "number", "own funds, loans and other funding", "自有资金及其他渠道资金", "yuan", low=0),
)
"""Last year's accounts, which the plan keeps by name as the loan need takes them."""
