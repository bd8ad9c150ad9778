"""Plans that the tests read: a small one to break, and a whole one with every key of the public interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forecast.errors import InputError
from forecast.plan.reading import load_plan

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
[plan]
as_of = 2026-10-18
[ledger]
orders = "orders.csv"
[cash]
opening_balance = 1000
[channels.baitiao]
clearing = "jd_pay"
[channels.wechat]
[[events]]
name = "double11"
start = 2026-10-14
peak = 2026-11-11
end = 2026-11-13
"""
"""Fourteen lines; what a test adds begins on line 15."""

WHOLE = """\
language = "en"
[merchant]
name = "示例数码旗舰店"
currency = "BRL"
timezone = "America/Sao_Paulo"
holidays = "BR"
[plan]
as_of = 2026-10-18
horizon_days = 75
paths = 500
seed = 7
confidence = 0.9
[ledger]
orders = "postgresql://host/shop"
table = "orders"
columns = { order_id = " 订单编号 " }
constants = { shop = "tmall", amount = 10, ordered_at = 2026-01-01 }
[cash]
opening_balance = 3_200_000.00
minimum_balance = 500_000
surplus_rate = 0.01
other_flows = "flows/other_flows.csv"
[channels.baitiao]
label = "京东白条"
fee_rate = 0.009
clearing = "jd_pay"
failure_rate = { integration = 0.004, validation = 0.006, risk_control = 0.012, clearing = 0.008 }
settlement_days = 7
refund_rate = 0.12
refund_days = 5
unpaid_after_hours = 48
[channels.wechat]
failure_rate = 0.03
[[events]]
name = "double11"
start = 2025-10-14
peak = 2025-11-11
end = 2025-11-13
[[events]]
name = "fortnight"
start = 2026-10-14
end = 2026-10-28
uplift = 8
[[costs]]
category = "logistics"
share_of_sales = 0.06
days_after = 3
channels = ["wechat"]
paid_on = "week_end"
[[costs]]
category = "goods"
share_of_sales = 0.5
days_after = -30
[scenarios.baitiao_10pct]
label = "白条失败率 10%"
failure_rate.baitiao = 0.10
failure_rate.wechat = { clearing = 0.02 }
volume = { double11 = 1.4, wechat = 1.2 }
planned_volume = { double11 = 1.0 }
[scenarios.base]
label = "基准"
[scenarios.peak_outage]
volume = 1.4
planned_volume = 1
outages = [
  { clearing = "jd_pay", start = 2026-11-11, days = 3, share = 0.5, cause = "unknown" },
  { channel = "wechat", start = 2026-11-11, days = 1 },
]
settlement_delay.baitiao = 2
refund_rate.baitiao = 0.35
shift = [ { from = "baitiao", to = "wechat", share = 0.30 }, { from = "baitiao", to = "wechat", share = 0.70 } ]
[covenants]
minimum_dscr = 1.2
maximum_utilisation = 0.9
clean_down_days = 30
[accounts]
revenue = 20315.74
cost_of_goods_sold = 19178.09
profit = -903.12
next_revenue = 36500
receivables = 1222.43
inventory = 1029.655
payables = 1
prepaid = 1845.39
advances = 79.55
funds_available = 3001.22
[[facilities]]
name = "bank_line"
kind = "revolver"
limit = 5_000_000.00
annual_rate = 0.0435
day_count = "act/360"
commitment_fee = 0.002
arrangement_fee = 0.001
notice_days = 1
signing_days = 5
signed = true
drawn = 100_000
available_from = 2026-10-19
available_to = 2027-10-18
interest_due = "maturity"
minimum_draw = 10_000.00
[[facilities]]
name = "loan"
kind = "term_loan"
limit = 1e6
annual_rate = 0.05
day_count = "30/360"
tenor_days = 90
repayment = "equal_principal"
draw_date = 2026-11-01
prepayment_fee = 0.01
interest_due = "quarter_20"
stamp_duty = 0.00005
interest_vat = 0.06
guarantee_fee = 0.015
[[facilities]]
name = "receivables_finance"
kind = "receivables"
annual_rate = 0.06
advance_rate = 0.8
channels = ["baitiao"]
max_age_days = 30
concentration = 0.5
service_fee = 0.002
[[facilities]]
name = "factor"
kind = "factoring"
advance_rate = 0.9
discount_rate = 0.01
recourse = false
service_fee = 0.003
[[facilities]]
name = "stock_pledge"
kind = "inventory"
annual_rate = 0.07
advance_rate = 0.5
tenor_days = 60
category = "goods"
[[facilities]]
name = "early"
kind = "early_settlement"
channels = ["wechat"]
fee_per_day = 0.0003
[[facilities]]
name = "suppliers"
kind = "payables_extension"
[[facilities]]
name = "overdraft"
kind = "overdraft"
limit = 200_000
lpr = 0.03
lpr_date = 2026-10-20
basis_points = 900
drawn = 50_000
[[facilities]]
name = "owner"
kind = "owner_loan"
limit = 300_000
tenor_days = 180
"""


def problems_of(text: str, folder: Path) -> list[str]:
    """What reading a plan of that text says, one problem an item, without the folder's name."""
    plan = folder / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    (folder / "orders.csv").touch()
    with pytest.raises(InputError) as raised:
        load_plan(plan)
    return str(raised.value).replace(f"{folder}/", "").splitlines()
