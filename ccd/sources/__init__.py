"""Edge: the clinic's own systems, asked who is calling (``ccd.directory.source.Source``)."""
