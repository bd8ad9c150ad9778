"""Where the money comes from: rates, facilities, the daily rule, the least-cost programme, the choice."""
