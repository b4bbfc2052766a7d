"""Give a dropout the share that it drops, where it is given the share that it keeps."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument, atom, plain
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Drop what is not kept: the rate is 1 minus what it was",
    safe=False,
    keeps_value=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Dropout(keep)` becomes `Dropout(1.0 - keep)`, and `Dropout(1.0)` becomes `Dropout(0.0)`."""
    dropout = tree.find(finding.location, cst.Call, lambda call: _drops(tree, call))
    rate = argument(dropout, *_RATES[names(tree).called(dropout)]) if dropout else None
    if rate is None or not plain(rate):
        return None
    if isinstance(rate, cst.Float):
        return tree.change({rate: cst.Float("0.0")}) if float(rate.value) == 1.0 else None
    if isinstance(rate, cst.Integer):
        return tree.change({rate: cst.Float("0.0")}) if rate.value == "1" else None
    return tree.change({rate: tree.expression(f"1.0 - {atom(tree, rate)}")})


_LAYERS = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout")
_RATES = {
    **{f"keras.layers.{name}": (0, "rate") for name in (*_LAYERS, "GaussianDropout")},
    "tf.nn.dropout": (1, "rate"),
}


def _drops(tree: Tree, call: cst.Call) -> bool:
    return names(tree).called(call) in _RATES
