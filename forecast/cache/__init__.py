"""The cache: what is fitted and drawn, and base's results, kept between commands by the hash of all they depend on."""
