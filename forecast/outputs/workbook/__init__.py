"""The workbooks of a run and of a review: sheets of live formulas with the engine's numbers as cached values."""
