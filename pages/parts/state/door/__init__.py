"""The door of the app: who comes, whose a visit is, and the page where one signs in."""
