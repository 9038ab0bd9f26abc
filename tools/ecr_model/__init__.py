"""What is generated from botocore's model of the ECR API: the input shapes, and the README's table of operations."""
