if __name__ != "evograft.plugins":
    msg = "source folder: import evograft.plugins instead"
    raise ImportError(msg)
