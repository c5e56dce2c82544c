"""Who is calling: callers, patients, policies, visits, and the port to whoever knows them."""
