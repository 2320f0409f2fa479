"""Short-lived child processes of the player: what needs a network, cryptography or TUF is done here and nowhere else."""
