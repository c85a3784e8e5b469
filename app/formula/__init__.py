"""Equations on screen: a small markup, its layout, and the card that shows a calculation."""
