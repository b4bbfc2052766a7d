"""A name keeps its variable."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import update_in_place


def stepped(lines: str) -> str:
    """A loop over `w` and `b` that takes a step with their gradients."""
    return f"""import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
{indent(lines, "    ")}
"""


REPAIRED = {
    "a difference": (
        "w = w - (0.1 * dw)  # descent\nb.assign_sub(0.1 * db)",
        """\
-    w = w - (0.1 * dw)  # descent
+    w.assign_sub(0.1 * dw)  # descent
""",
    ),
    "two at once": (
        "w, b = w - 0.1 * dw, b + -0.1 * db",
        """\
-    w, b = w - 0.1 * dw, b + -0.1 * db
+    w.assign_sub(0.1 * dw)
+    b.assign_add(-0.1 * db)
""",
    ),
    "an operator": (
        "w -= 0.1 * dw\nb -= 0.1 * db",
        """\
-    w -= 0.1 * dw
-    b -= 0.1 * db
+    w.assign_sub(0.1 * dw)
+    b.assign_sub(0.1 * db)
""",
    ),
    "any other value": (
        "w = tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0)\nb.assign_sub(0.1 * db)",
        """\
-    w = tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0)
+    w.assign(tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0))
""",
    ),
}
DECLINED = {
    "each reads the other": "w, b = w - 0.1 * dw * b, b - 0.1 * db * w",
    "two names": "w = old = w - 0.1 * dw\nb.assign_sub(0.1 * db)\nprint(old)",
}

test_it_is_repaired = each_changes(REPAIRED, stepped)
test_it_is_declined = each_is_declined(update_in_place, DECLINED, stepped)
