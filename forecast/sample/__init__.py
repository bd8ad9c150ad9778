"""Synthetic shops with known truth: a ledger of any size, a plan that runs on it, and what really came after."""

from forecast.sample.folder import write_plan_folder, write_sample

__all__ = ["write_plan_folder", "write_sample"]
