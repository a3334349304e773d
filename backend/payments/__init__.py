"""Fees: one order an application, paid at most once, given back when nothing comes of it, reconciled."""
