"""MorphoNAS-Bench: genomes drawn, grown, filtered, measured and written down."""
