"""What several features need: settings, database, events, errors, clock, crypto."""
