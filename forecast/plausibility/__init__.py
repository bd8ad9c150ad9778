"""Whether the inputs are plausible beside each other: what a reader must know of them before any figure."""
