"""Readings of files become one plan: whose units, which figures, and what is left out."""
