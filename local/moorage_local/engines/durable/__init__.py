"""ministack with a memory on disk: what it has answered survives any end of its process. See docs/adr/0035.

Runs under the engines' own Python, which has ministack and nothing of ours: only the standard library and ministack are
imported here.
"""
