"""When, and how much of it, an order becomes cash."""
