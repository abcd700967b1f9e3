"""The benchmarks, one file each: `measure(stage)` gives its figures."""
