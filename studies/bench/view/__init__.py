"""A page to look at a benchmark: its entries as points, each with its genome and its growth.

What is shown is a :class:`~evograft.studies.bench.view.source.PageSource`; it is served on this
machine alone (``server``) or written as one file (``export``).
"""
