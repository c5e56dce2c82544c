"""YAML files to frozen Settings; every error at once, each with file:line:column."""
