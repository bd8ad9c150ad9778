"""The pages of a run, a backtest and a review: self-contained HTML."""
