"""What only people can settle: kept where it arises, shown to who answers for it, until it is settled."""
