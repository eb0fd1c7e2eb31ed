if __name__ != "evograft.studies":
    msg = "source folder: import evograft.studies instead"
    raise ImportError(msg)
