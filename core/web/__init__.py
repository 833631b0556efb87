"""What stands between a browser and the pages: who may ask, what may be sent, what a page loads."""
