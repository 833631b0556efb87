"""Official documents written from a plan: its sentences and tables, from the figures."""
