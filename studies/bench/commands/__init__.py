"""The commands of ``evograft bench``."""
