if __name__ != "evograft.representations":
    msg = "source folder: import evograft.representations instead"
    raise ImportError(msg)
