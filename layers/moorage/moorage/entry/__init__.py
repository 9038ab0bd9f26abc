"""What a Lambda function does around its work: JSON log, metrics, one event in, one answer out."""
