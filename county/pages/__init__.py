"""The pages of the county office, in Chinese, for people."""
