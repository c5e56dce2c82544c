"""The commands and their options.  Each imports its work when it runs, so ``ccd --help`` is quick."""
