"""A plan against the figures that came since, and forecasts against what happened."""
