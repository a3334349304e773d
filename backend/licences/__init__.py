"""E-licences (电子证照): the wallet of what departments have issued to a citizen."""
