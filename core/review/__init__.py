"""A dataset against its targets, its past and the other portal."""
