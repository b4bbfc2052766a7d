"""A transformed variable of a layer becomes a weight and a property."""

from __future__ import annotations

from functools import partial

from fixing import each_changes, each_is_declined
from programs import constructed

from gradcheck.fix.fixes import transform_the_weight

REPAIRED = {
    "a vector": (
        "self.scale = tfp.util.TransformedVariable(tf.ones([3]), bijector=tfp.bijectors.Softplus())",
        """\
-        self.scale = tfp.util.TransformedVariable(tf.ones([3]), bijector=tfp.bijectors.Softplus())
+        self.raw_scale = self.add_weight(
+            name="scale",
+            shape=[3],
+            initializer=lambda shape, dtype=None: tfp.bijectors.Softplus().inverse(tf.ones([3])),
+        )
+
+    @property
+    def scale(self):
+        return tfp.bijectors.Softplus()(self.raw_scale)
""",
    ),
}
KEPT = {
    "by a distribution": (
        """\
self.scale = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp(), name="scale")
self.prior = tfp.distributions.Normal(0.0, self.scale)""",
        """\
-        self.scale = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp(), name="scale")
-        self.prior = tfp.distributions.Normal(0.0, self.scale)
+        self.raw_scale = self.add_weight(
+            name="scale",
+            shape=(),
+            initializer=lambda shape, dtype=None: tfp.bijectors.Exp().inverse(2.0),
+        )
+
+    @property
+    def scale(self):
+        return tfp.bijectors.Exp()(self.raw_scale)
+
+    @property
+    def prior(self):
+        return tfp.distributions.Normal(0.0, self.scale)
""",
    ),
}
LEFT = {
    "with a bijector of the constructor": """\
positive = tfp.bijectors.Exp()
self.scale = tfp.util.TransformedVariable(2.0, positive, name="scale")""",
}

scaled = partial(constructed, result="x * self.scale")
test_it_is_repaired = each_changes(REPAIRED, scaled)
test_what_keeps_it_is_repaired = each_changes(KEPT, partial(constructed, result="self.prior.log_prob(x)"))
test_it_is_left = each_is_declined(transform_the_weight, LEFT, scaled)
