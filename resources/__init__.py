"""Files the program ships: icons, styles, texts, examples."""
