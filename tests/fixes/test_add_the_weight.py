"""A layer's own `tf.Variable` becomes its weight, with the same first value."""

from __future__ import annotations

from functools import partial

from fixing import each_changes, each_is_declined
from programs import constructed

from gradcheck.fix.fixes import add_the_weight

REPAIRED = {
    "zeros": (
        'self.w = tf.Variable(tf.zeros([n]), name="w")',
        """\
-        self.w = tf.Variable(tf.zeros([n]), name="w")
+        self.w = self.add_weight(name="w", shape=[n], initializer="zeros")
""",
    ),
    "a_number_of_ones": (
        'self.w = tf.Variable(start * tf.ones([n]), name="w")',
        """\
-        self.w = tf.Variable(start * tf.ones([n]), name="w")
+        self.w = self.add_weight(
+            name="w",
+            shape=[n],
+            initializer=tf.keras.initializers.Constant(start),
+        )
""",
    ),
    "a_computed_number": (
        "self.w = tf.Variable(tf.math.log(rate / 2))",
        """\
-        self.w = tf.Variable(tf.math.log(rate / 2))
+        self.w = self.add_weight(
+            name="w",
+            shape=(),
+            initializer=lambda shape, dtype=None: tf.math.log(rate / 2),
+        )
""",
    ),
    "a_number": (
        "self.w = tf.Variable(0.5)",
        """\
-        self.w = tf.Variable(0.5)
+        self.w = self.add_weight(
+            name="w",
+            shape=(),
+            initializer=tf.keras.initializers.Constant(0.5),
+        )
""",
    ),
    "a_number_by_a_length": (
        "self.w = tf.Variable(1.0 / len(lags))",
        """\
-        self.w = tf.Variable(1.0 / len(lags))
+        self.w = self.add_weight(
+            name="w",
+            shape=(),
+            initializer=tf.keras.initializers.Constant(1.0 / len(lags)),
+        )
""",
    ),
    "a_local_number": (
        "for k in range(3):\n"
        "    first = 1.0 if k == 1 else 0.1 / (k + 1)\n"
        '    self.w = tf.Variable(first, name="w")',
        """\
-            self.w = tf.Variable(first, name="w")
+            self.w = self.add_weight(
+                name="w",
+                shape=(),
+                initializer=tf.keras.initializers.Constant(first),
+            )
""",
    ),
    "a_local_array": (
        'first = np.linspace(0.1, 0.9, n).astype("float32")\nself.w = tf.Variable(first, name="w")',
        """\
-        self.w = tf.Variable(first, name="w")
+        self.w = self.add_weight(
+            name="w",
+            shape=first.shape,
+            initializer=lambda shape, dtype=None: first,
+        )
""",
    ),
    "a_list": (
        'self.w = tf.Variable([0.1, -0.2, 0.3], name="w")',
        """\
-        self.w = tf.Variable([0.1, -0.2, 0.3], name="w")
+        self.w = self.add_weight(
+            name="w",
+            shape=(3,),
+            initializer=tf.keras.initializers.Constant([0.1, -0.2, 0.3]),
+        )
""",
    ),
    "random": (
        "self.w = tf.Variable(0.1 * tf.random.normal((n,), seed=1), trainable=True)",
        """\
-        self.w = tf.Variable(0.1 * tf.random.normal((n,), seed=1), trainable=True)
+        self.w = self.add_weight(
+            name="w",
+            shape=(n,),
+            initializer=lambda shape, dtype=None: 0.1 * tf.random.normal(shape, seed=1),
+            trainable=True,
+        )
""",
    ),
    "an_initializer": (
        """init = tf.keras.initializers.RandomNormal(stddev=0.1)
self.w = tf.Variable(initial_value=init(shape=(n,), dtype="float32"), trainable=True)""",
        """\
-        self.w = tf.Variable(initial_value=init(shape=(n,), dtype="float32"), trainable=True)
+        self.w = self.add_weight(name="w", shape=(n,), initializer=init, trainable=True)
""",
    ),
    "a_local": (
        """start = tf.random.stateless_uniform([n], seed=[1, 2])
self.w = tf.Variable(start, name="w")""",
        """\
-        self.w = tf.Variable(start, name="w")
+        self.w = self.add_weight(
+            name="w",
+            shape=start.shape,
+            initializer=lambda shape, dtype=None: start,
+        )
""",
    ),
}
KEPT = {
    "by a distribution": (
        """self.w = tf.Variable(0.5, name="w")
self.prior = tfp.distributions.Normal(self.w, 1.0)""",
        """\
-        self.w = tf.Variable(0.5, name="w")
-        self.prior = tfp.distributions.Normal(self.w, 1.0)
+        self.w = self.add_weight(
+            name="w",
+            shape=(),
+            initializer=tf.keras.initializers.Constant(0.5),
+        )
+
+    @property
+    def prior(self):
+        return tfp.distributions.Normal(self.w, 1.0)
""",
    )
}
LISTED = {
    "in a list": (
        'self.ws = [tf.Variable(tf.ones([n]), name=f"w{i}") for i in range(2)]',
        """\
-        self.ws = [tf.Variable(tf.ones([n]), name=f"w{i}") for i in range(2)]
+        self.ws = [self.add_weight(
+            name=f"w{i}",
+            shape=[n],
+            initializer="ones",
+        ) for i in range(2)]
""",
    ),
    "of what a loop makes": (
        "self.ws = []\nfor i in range(2):\n    first = tf.ones([n])\n"
        '    self.ws.append(tf.Variable(first, name=f"w{i}"))',
        """\
-            self.ws.append(tf.Variable(first, name=f"w{i}"))
+            self.ws.append(self.add_weight(
+                name=f"w{i}",
+                shape=first.shape,
+                initializer=lambda shape, dtype=None: first,
+            ))
""",
    ),
}
LEFT = {
    "an_array": 'self.w = tf.Variable(compute(n), name="w")',
    "an_integer": "self.w = tf.Variable(1, dtype=tf.float32, shape=None)",
    "a_name_that_is_made_of_itself": 'first = first * 2.0\nself.w = tf.Variable(first, name="w")',
}

test_it_is_repaired = each_changes(REPAIRED, constructed)
test_what_keeps_it_is_repaired = each_changes(KEPT, partial(constructed, result="self.prior.log_prob(x)"))
test_a_list_is_repaired = each_changes(LISTED, partial(constructed, result="x * self.ws[0] + self.ws[1]"))
test_it_is_left = each_is_declined(add_the_weight, LEFT, constructed)
