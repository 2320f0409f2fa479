"""Short-lived child processes of the player: networks, cryptography and TUF are met here and nowhere else."""
