"""The page Targets: what is assigned and what it needs."""
