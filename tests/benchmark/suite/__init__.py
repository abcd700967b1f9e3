"""What the benchmarks share: data, contestants, figures."""
