"""What rates earn: rules, points, roll-up, score."""
