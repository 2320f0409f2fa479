"""A live channel on the box: received once (`receiving`), kept in a ring on the disk (`ring`), served to the picture
(`serving`)."""
