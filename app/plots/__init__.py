"""Charts and pictures of numbers. They know Qt, NumPy and the theme, and nothing of this program."""
