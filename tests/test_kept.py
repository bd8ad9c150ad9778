"""What is kept of a scenario while its channels pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from financing_cases import RECEIVABLES, case_of
from test_simulation_engine import shock
from test_simulation_totals import DAYS, shop

from forecast.errors import IdentityError
from forecast.financing.kinds.pool import pool_of
from forecast.financing.kinds.table import pool_rules
from forecast.kept import keep
from forecast.pools import PoolRule

CHANNELS = ("channel 0", "channel 1", "channel 2")
RULES = (PoolRule((), None, 1.0), PoolRule(("channel 1",), None, 1.0), PoolRule((), 3, 0.4))


@pytest.mark.parametrize("rule", RULES)
def test_a_pool_kept_on_the_way_is_the_one_of_the_channels_kept_apart(rule: PoolRule) -> None:
    made = replace(shop(3, 40), ages=(4,))  # "no older than 3 days" are those of fewer than 4
    kept = keep(CHANNELS, made.blocks(shock(3, DAYS)), RULES, apart=True)
    case = case_of(kept.totals.receipts)
    on_the_way = pool_of(replace(case, channels=CHANNELS, pools=kept.pools, by_channel=None), rule)
    from_channels = pool_of(replace(case, channels=CHANNELS, by_channel=kept.by_channel), rule)
    for name in ("open", "eligible", "settled"):
        np.testing.assert_array_equal(getattr(on_the_way, name), getattr(from_channels, name))


def test_the_channels_kept_apart_are_those_of_the_flows() -> None:
    made = shop(3, 20)
    kept, flows = keep(CHANNELS, made.blocks(shock(3, DAYS)), (), apart=True), made.run(shock(3, DAYS))
    assert kept.by_channel is not None
    np.testing.assert_array_equal(kept.by_channel.settled, flows.settled)
    np.testing.assert_array_equal(kept.by_channel.receivables, flows.receivables)
    assert kept.opening_receivables.tolist() == flows.opening_receivables.tolist()


def test_channels_are_kept_apart_only_where_it_is_asked_for() -> None:
    kept = keep(CHANNELS, shop(3, 20).blocks(shock(3, DAYS)), pool_rules([RECEIVABLES]))
    assert kept.by_channel is None
    assert set(kept.pools) == {PoolRule.of(RECEIVABLES)}
    with pytest.raises(IdentityError, match="no receivables are kept"):
        pool_of(replace(case_of(kept.totals.receipts), by_channel=None, pools=kept.pools), RULES[2])
