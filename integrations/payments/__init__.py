"""The simulated payment company: orders, a cashier's page, refunds, a statement; signed notices."""
