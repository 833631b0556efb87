"""A dataset as one workbook: taken away, filled in by people, and loaded back exactly."""
