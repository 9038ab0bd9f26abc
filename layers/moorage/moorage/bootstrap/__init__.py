"""The composition root: settings and AWS clients in, use cases' ports out. Once per Lambda process.

One module for each kind of function, so that none imports what only another needs.
"""
