"""Values as people say them: one module a kind, pure, without web, store or clock."""
