"""The page Method: rules, estimates, contradictions, backtests."""
