"""What must never be lost or altered: evidence objects, and the ledger. Knows nothing of communes."""
