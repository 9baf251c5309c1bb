"""Administrative units, agencies, people and their dated appointments."""
