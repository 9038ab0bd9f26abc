"""The HTTP server for request bodies of any size, in front of functions in this process or of a deployed stack."""
