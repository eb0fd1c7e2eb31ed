if __name__ != "evograft.operators":
    msg = "source folder: import evograft.operators instead"
    raise ImportError(msg)
