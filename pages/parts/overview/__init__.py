"""The page Overview: where the province stands and what it loses."""
