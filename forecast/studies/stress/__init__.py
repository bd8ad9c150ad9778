"""Stress: what moves the plan's cash, what breaks it, how likely that is, and what would help."""
