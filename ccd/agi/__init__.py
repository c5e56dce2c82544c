"""Edge: the dialplan's questions in (FastAGI, or a script), one ``EXEC MSet`` out."""
