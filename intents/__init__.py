"""What operators own: example sentences, frozen test sets, and the tools over them."""
