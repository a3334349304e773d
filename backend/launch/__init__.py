"""Set-up, start and supervision of the whole product on one machine."""
