"""The catalogues of the television's other languages, and the program that keeps them: `./run translate`."""
