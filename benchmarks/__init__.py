"""Long runs that count accuracy and cost; each by its own command, ``python -m benchmarks.<name>``."""
