"""A county of plainly fictional places with real lessons, for trying the whole product on one machine."""
