"""What a session holds: the scenario and the plans on the screen, their links; who looks."""
