"""What does the server show? Resolve, connect with address and name apart, keep the chain, judge it."""
