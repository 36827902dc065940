"""Benchmarks: two ways of doing one thing, side by side in one run. Only ratios are facts."""
