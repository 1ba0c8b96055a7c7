"""The night's arithmetic: tables in, tables out. No clock, network, path, driver or framework."""
