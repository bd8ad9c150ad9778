"""What came: every flow of a ledger on the calendar day on which it happened, by channel, in whole fen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.studies.variance import Course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from forecast.arrays import Days
    from forecast.ledger.tables import DailyTables

    Fen = NDArray[np.int64]

FLOWS = ("sales", "settled", "fees", "refunded_before", "refunded_after", "lost", "never_paid")
"""The flows, all positive: sales on the day of order, the others when the event happened; settled is net of fees."""


def dated_flows(tables: DailyTables) -> pd.DataFrame:
    """One row a channel, day and flow that holds any money: ``channel``, ``day``, ``flow`` and ``value`` in fen."""
    settled = tables.settlement[tables.settlement["outcome"] == "settled"]
    parts = {
        "sales": tables.sales,
        "settled": _happened(settled.assign(value=settled["settled"])),
        "fees": _happened(settled.assign(value=settled["fees"])),
        "refunded_before": _happened(tables.refund_before),
        "refunded_after": _happened(tables.refund_after.assign(value=tables.refund_after["refunded"])),
        "lost": _happened(tables.recovery[tables.recovery["outcome"] == "lost"]),
        "never_paid": _happened(tables.first[tables.first["outcome"] == "never_paid"]),
    }
    long = pd.concat([part[["channel", "day", "value"]].assign(flow=flow) for flow, part in parts.items()])
    summed = long[long["value"] != 0].groupby(["channel", "day", "flow"])["value"].sum()
    return summed.reset_index()


def flow_by_day(flows: pd.DataFrame, flow: str, channels: Sequence[str], days: Days) -> Fen:
    """One flow by channel and day (channel, day), 0 where nothing happened; other days are left out."""
    sums = flows[flows["flow"] == flow].set_index(["channel", "day"])["value"]
    wanted = pd.MultiIndex.from_product([list(channels), pd.DatetimeIndex(days.astype("datetime64[s]"))])
    return np.asarray(sums.reindex(wanted, fill_value=0), dtype=np.int64).reshape(len(channels), len(days))


def receipts_by_day(flows: pd.DataFrame, channels: Sequence[str], days: Days) -> Fen:
    """Net receipts as in a forecast: what settles that day, net of fees, less refunds taken back that day."""
    settled, taken_back = (flow_by_day(flows, flow, channels, days) for flow in ("settled", "refunded_after"))
    return np.asarray(settled - taken_back)


def course(tables: DailyTables, flows: pd.DataFrame, channel: str, as_of: np.datetime64) -> Course:
    """What became of a channel's money from the day after ``as_of`` to the tables' own as_of.

    ``opening`` is what the ledger as it is now says was outstanding on the evening of ``as_of``.
    """
    own = flows[flows["channel"] == channel]
    late = own["day"] > pd.Timestamp(str(as_of))
    before = own[~late].groupby("flow")["value"].sum().reindex(FLOWS, fill_value=0)
    since = own[late].groupby("flow")["value"].sum().reindex(FLOWS, fill_value=0)
    gone = sum(int(before[flow]) for flow in FLOWS if flow not in {"sales", "refunded_after"})
    waiting = tables.settlement[
        (tables.settlement["channel"] == channel) & (tables.settlement["outcome"] == "in_transit")
    ]
    return Course(
        opening=int(before["sales"]) - gone,
        in_transit=int((waiting["value"] - waiting["refunded_before"]).sum()),
        **{flow: int(since[flow]) for flow in FLOWS if flow not in {"lost", "never_paid"}},
    )


def closed_unpaid(flows: pd.DataFrame, channel: str, as_of: np.datetime64) -> dict[str, int]:
    """What was given up after ``as_of``: ``lost`` after a failure, and ``never_paid``, in fen."""
    late = flows[(flows["channel"] == channel) & (flows["day"] > pd.Timestamp(str(as_of)))]
    return {flow: int(late.loc[late["flow"] == flow, "value"].sum()) for flow in ("lost", "never_paid")}


def history_days(tables: DailyTables, until: np.datetime64) -> Days:
    """The days from the first order to ``until``, both included."""
    return np.asarray(np.arange(np.datetime64(tables.first_day, "D"), until + 1))


def _happened(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with the day of the event in place of the day that its age counts from."""
    return table.assign(day=table["day"] + pd.to_timedelta(table["age"], unit="D"))
