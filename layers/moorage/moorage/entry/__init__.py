"""Code that all Lambda functions share: JSON logs, metrics, and the handling of events."""
