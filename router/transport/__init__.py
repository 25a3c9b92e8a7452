"""One exchange, many drivers: the logic of a call is a generator, and thin drivers run it for each HTTP library."""
