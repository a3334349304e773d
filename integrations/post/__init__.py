"""The simulated carrier: parcels with documents, from the counter to the door, tracked step by step."""
