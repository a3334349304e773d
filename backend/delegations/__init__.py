"""Acting for somebody else (代办): one's children, adults who agreed, organisations one belongs to."""
