"""What a session holds: the scenario, its link, its autosave, the view."""
