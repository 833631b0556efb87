"""The page Simulate: levers, their scope and what they do."""
