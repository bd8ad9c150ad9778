"""The ledger's own columns (台账), as the user's own systems write them; a plan may map them to other headers."""

from __future__ import annotations

from forecast.ledger.exports.layouts import Format, OrderLines, moment, money, number, text

FORMATS = (
    Format(
        name="ledger",
        chinese="台账",
        english="Our own columns",
        gives=("orders", "payments", "closings", "settlements", "refunds", "causes"),
        cells=(
            number("order_id", "order_id", needed=True),
            moment("ordered_at", "ordered_at", needed=True),
            money("amount", "amount", needed=True),
            text("channel", "channel"),
            moment("paid_at", "paid_at"),
            text("failure_cause", "failure_cause"),
            moment("failed_at", "failed_at"),
            moment("deducted_at", "deducted_at", needed=True),
            moment("closed_at", "closed_at"),
            moment("settled_on", "settled_on"),
            money("settled_amount", "settled_amount"),
            moment("refunded_on", "refunded_on"),
            money("refunded_amount", "refunded_amount"),
            text("shop", "shop"),
            text("sku", "sku"),
            text("region", "region"),
        ),
        orders=OrderLines(
            shop="shop",
            method="channel",
            paid_at="paid_at",
            failure_cause="failure_cause",
            failed_at="failed_at",
            deducted_at="deducted_at",
            closed_at="closed_at",
            settled_on="settled_on",
            settled_amount="settled_amount",
            refunded_on="refunded_on",
            refunded_amount="refunded_amount",
            sku="sku",
            region="region",
        ),
    ),
)
