"""The page Sensitivity: what moves the result most."""
