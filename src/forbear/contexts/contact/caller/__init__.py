"""Was it really us? Codes, numbers and reports for whoever was contacted, or thinks so."""
