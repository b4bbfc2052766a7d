"""gradcheck finds the Keras variables that get no gradient and names the line that cuts the path.

It is not `torch.autograd.gradcheck`, which compares gradients with finite differences.
"""

from __future__ import annotations

__version__ = "0.1.0"
