"""The plan: what the user writes into ``plan.toml``, read, checked as a whole, and handed on as frozen values."""
