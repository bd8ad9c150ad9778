"""From the files that a merchant has to a plan that runs: what they hold, what is proposed, and the plan's text."""
