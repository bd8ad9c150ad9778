"""Assumptions and random numbers → paths of sales, receipts and open receivables, (path, channel, day)."""
