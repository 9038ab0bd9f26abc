"""The composition root: creates the use cases' ports from settings and AWS clients, once per Lambda process.

One module for each kind of function, so that none imports what only another needs.
"""
