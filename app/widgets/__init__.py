"""The small controls every panel is made of; one file each."""
