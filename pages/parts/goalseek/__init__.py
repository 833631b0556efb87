"""The page Allocate: where to push, goal seek, cascade."""
