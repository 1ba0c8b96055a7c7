"""Carriers' own protocol for text messages, SMPP 3.4, spoken from here as an ESME."""
