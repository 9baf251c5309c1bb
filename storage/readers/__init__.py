"""What reads the contents of files. These modules import neither Django nor the settings: see ``storage.sandbox``."""
