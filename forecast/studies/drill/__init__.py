"""The drill (应急演练): an incident planted into a day of orders, replayed through the real monitor, and its money."""
