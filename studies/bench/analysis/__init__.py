"""What a benchmark is like: metrics described, two modes compared, published findings judged."""
