"""Datasets made ready: which a viewer sees, those of people, and other names of their units."""
