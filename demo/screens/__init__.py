"""Every screen of the television in every state, as pictures: `./run screens [FOLDER]`."""
