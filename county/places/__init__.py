"""The tree of places, the sites in it and the boxes that stand there."""
