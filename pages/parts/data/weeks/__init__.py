"""A dataset over its loads, and unit by unit: what changed, what is missing, other names."""
