"""The page Data: which datasets there are, and files that people have become one."""
