"""Who is believed: The Update Framework (TUF) over the published documents.

`roles` says which role vouches for which document and whose keys it needs; `metadata` makes, signs and
reads metadata; `ceremony` makes root and the top-level delegations from public keys; `repository` publishes
(county); `sources` bring bytes by HTTP or from a stick; `refresh` accepts them (box). The player process
imports none of it.
"""
