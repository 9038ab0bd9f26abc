"""AWS's own clients of the ECR API, each operated in the same way."""
