"""Citizens' accounts: sign-in by one-time code, real-name check, devices, consents."""
