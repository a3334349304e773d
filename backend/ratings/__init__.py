"""好差评: one rating a handling, anonymous to who handled it; bad ones are followed up until mended."""
