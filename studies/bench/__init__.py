"""MorphoNAS-Bench at work: commands, comparisons, predictors, searchers, the page to look at."""
