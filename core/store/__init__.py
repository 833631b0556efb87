"""What people keep: saved scenarios and their versions."""
