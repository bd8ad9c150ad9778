"""The rules' words: conditions on cells, and amounts out of several columns."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from forecast.ledger.engine import OrderEngine
from forecast.ledger.exports.layouts import by_direction, inflow_less_outflow, says, within

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("expression", "cells", "expected"),
    [
        (says("kind", "提现", "转账"), "'余额提现' AS kind", True),
        (says("kind", "提现"), "CAST(NULL AS VARCHAR) AS kind", False),
        (within(("kind", "remark"), "佣金"), "NULL AS kind, '天猫佣金' AS remark", True),
        (inflow_less_outflow("a", "b"), "500 AS a, CAST(NULL AS BIGINT) AS b", 500),
        (inflow_less_outflow("a", "b"), "0 AS a, -300 AS b", -300),
        (inflow_less_outflow("a", "b"), "0 AS a, 300 AS b", -300),
        (inflow_less_outflow("a", "b"), "CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS b", None),
        (by_direction("a", outflow="way = '支出'", inflow="way = '收入'"), "300 AS a, '支出' AS way", -300),
        (by_direction("a", outflow="way = '支出'", inflow="way = '收入'"), "-300 AS a, '收入' AS way", -300),
        (by_direction("a", outflow="way = '支出'", inflow="way = '收入'"), "300 AS a, '' AS way", None),
        (by_direction("a", outflow="way = '支出'", inflow="way = '收入'"), "-300 AS a, '' AS way", -300),
    ],
)
def test_rules(tmp_path: Path, expression: str, cells: str, expected: object) -> None:
    with closing(OrderEngine(tmp_path)) as engine:
        assert engine.rows(f"SELECT {expression} FROM (SELECT {cells}) AS line") == [(expected,)]  # noqa: S608  # our own
