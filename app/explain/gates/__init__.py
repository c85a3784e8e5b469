"""The view of recurrent cells: strips over time, the cell's diagram, its equations, and what was found."""
