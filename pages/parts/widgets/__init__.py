"""Pieces of a screen that know nothing of the index."""
