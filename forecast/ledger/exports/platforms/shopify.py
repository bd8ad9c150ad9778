"""Shopify Payments: the transactions, of which each tells the payment, its fee and the day of its payout."""

from __future__ import annotations

from forecast.ledger.exports.layouts import Format, Movements, OrderLines, moment, money, number, text

_KIND = "lower(coalesce(kind, ''))"
_WAITS = "lower(coalesce(state, '')) IN ('pending', 'scheduled', 'in_transit')"
_AT = f"CASE WHEN {_WAITS} THEN NULL WHEN {_KIND} = 'payout' THEN made_at ELSE paid_out END"
_PENDING = f"{_WAITS} OR paid_out IS NULL"

FORMATS = (
    Format(
        name="shopify_payments",
        chinese="Shopify Payments 交易明细",
        english="Shopify Payments transactions",
        gives=("payments", "settlements", "fees", "refunds"),
        cells=(
            moment("made_at", "Transaction Date", needed=True),
            text("kind", "Type", needed=True),
            number("order_id", "Order", needed=True),
            money("amount", "Amount", needed=True),
            money("fee", "Fee", needed=True),
            moment("paid_out", "Payout Date", needed=True),
            text("state", "Payout Status"),
            text("method", "Payment Method Name"),
        ),
        orders=OrderLines(
            ordered_at="made_at",
            deducted_at="made_at",
            method="coalesce(method, 'Shopify Payments')",
            is_payment=True,
            where=f"{_KIND} = 'charge'",
        ),
        movements=(
            Movements(
                at=_AT,
                pending=_PENDING,
                means={
                    "payment": f"{_KIND} = 'charge'",
                    "refund": f"{_KIND} IN ('refund', 'chargeback', 'dispute')",
                    "withdrawal": f"{_KIND} = 'payout'",
                },
            ),
            Movements(amount="-fee", at=_AT, pending=_PENDING, means={"fee": "true"}, where="fee <> 0"),
        ),
    ),
)
