"""The ledger: where orders come from, what they say, and the small daily tables that all the rest works on."""
