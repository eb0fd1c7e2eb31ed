"""Benchmarks in files: shards of Parquet, one JSON file for each genome, their metadata."""
