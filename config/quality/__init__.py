"""What ``make check`` looks at, and the collecting of texts to translate."""
