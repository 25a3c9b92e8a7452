"""The demonstration: requests as apps write them, sent as they are and sent through the router, on one page."""
