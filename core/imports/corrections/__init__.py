"""What people change in a dataset: row by row, with who, when and from where, and undone again."""
