"""What was published, read and checked."""
