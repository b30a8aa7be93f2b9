"""How a token may be signed: asymmetrically, so that who can check a signature can't make one."""

from typing import Literal, get_args

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
