"""What developers need around the product: embedded servers, the demo, the checks."""
