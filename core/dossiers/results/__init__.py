"""What a matching found: its figures, its tables and files, and what may be said of it."""
