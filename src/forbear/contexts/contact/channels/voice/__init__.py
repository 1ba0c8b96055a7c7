"""Telephone calls: Forbear as a party of its own on a trunk or telephone system that speaks SIP."""
