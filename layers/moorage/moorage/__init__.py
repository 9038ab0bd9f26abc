"""Moorage: a serverless, Amazon-ECR-compatible container-layer registry."""
