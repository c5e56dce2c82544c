"""How ccd does, for Prometheus: counts and gauges without any patient's data, and few series."""
