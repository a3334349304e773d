"""The world outside: the departments we speak to, and how we speak to them."""
