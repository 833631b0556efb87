"""Pieces of the product that several pages show."""
