"""What storage says when it cannot give what was asked."""


class FileMissing(LookupError):
    """There is no such file."""


class StorageSilent(Exception):
    """The storage did not answer in time, or refused; its own error is the cause."""
