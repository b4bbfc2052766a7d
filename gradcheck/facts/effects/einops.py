"""What calls of einops do to a gradient, by canonical name; `row.py` describes the row language.

Written by hand: every row stands with an example that shows it, which a test runs under both Kerases.
"""

EFFECTS: dict[str, str] = {
    "einops.asnumpy": "cut:numpy",
    "einops.einsum": "carry",
    "einops.pack": "carry",
    "einops.parse_shape": "none",
    "einops.rearrange": "carry",
    "einops.reduce": "carry",
    "einops.repeat": "carry",
    "einops.unpack": "carry",
}
EXAMPLES: dict[str, str] = {
    "einops.asnumpy": "einops.asnumpy(x)",
    "einops.einsum": "einops.einsum(x, x, 'a b c, a b d -> a c d')",
    "einops.pack": "einops.pack([x, x], 'a b *')[0]",
    "einops.parse_shape": "einops.parse_shape(x, 'a b c')['b']",
    "einops.rearrange": "einops.rearrange(x, 'a b c -> a (b c)')",
    "einops.reduce": "einops.reduce(x, 'a b c -> a c', 'max')",
    "einops.repeat": "einops.repeat(x, 'a b c -> a b c d', d=2)",
    "einops.unpack": "einops.unpack(x, [[1], [2]], 'a * c')[0]",
}
"""For each row an expression in `x`, a tensor of shape [2, 3, 4] that was computed from a weight."""
