"""Rules of S3's documentation, each as one check that runs on any S3."""
