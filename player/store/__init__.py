"""The store (本机节目): verified media under the names that their content gives them."""
