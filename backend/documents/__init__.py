"""Official documents issued to applicants: numbered, sealed, and open to be checked by anybody."""
