"""Blobs of docker's clients, sent on to S3 by the direct upload API: no byte of them passes through Lambda."""
