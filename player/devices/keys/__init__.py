"""Remote controls and keyboards, read from the kernel itself: under X, keys above number 247 never arrive."""
