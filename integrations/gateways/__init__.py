"""How we speak to the world outside: time-outs, retries, circuit breakers, signatures."""
