"""How well departments serve: daily figures, for staff and as open data."""
