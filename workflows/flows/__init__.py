"""The procedures as flows, one class per procedure version, found by the code that dossiers pin."""
