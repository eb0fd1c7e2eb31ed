"""Papers' tables: studies and analyses that print our figures beside the published ones."""

from evograft.studies.reproduction.registry import REPRODUCTIONS, options_of, reproduce
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section

__all__ = ["REPRODUCTIONS", "Request", "Section", "options_of", "reproduce"]
