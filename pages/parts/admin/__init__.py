"""For administrators only: people and their roles, the trace, the state of the installation."""
