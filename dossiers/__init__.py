"""What is being certified, and the law of it."""
