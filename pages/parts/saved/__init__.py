"""The page Scenarios: saving, history, minutes."""
