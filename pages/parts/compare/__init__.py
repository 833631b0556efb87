"""The page Compare: scenarios side by side."""
