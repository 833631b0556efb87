"""Who works here: accounts, sign-ins, roles, and the trace of what was done and refused."""
