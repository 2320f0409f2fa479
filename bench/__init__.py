"""Every figure that we claim, one command each: ``./run bench start footprint remote``.

A bench prints JSON lines ``{"bench", "figure", "value", "unit", "n"}`` and, where a peer ran in the same run,
``"peer", "peer_value", "ratio"``. Values are medians; nothing here judges them.
"""
