"""NumPy's functions become TensorFlow's, from where a value leaves to where it comes back."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import on_tape

from gradcheck.fix.fixes import stay_in_tensorflow

MADE = {
    "a_function": (
        "loss = tf.reduce_sum(x * np.exp(-w.numpy()))",
        (
            "-        loss = tf.reduce_sum(x * np.exp(-w.numpy()))\n"
            "+        loss = tf.reduce_sum(x * tf.exp(-w))\n"
        ),
    ),
    "a_choice_that_it_decides": (
        (
            "p = tf.nn.softmax(w * x).numpy()\n"
            "chosen = np.random.choice(3, p=p / p.sum())\n"
            "loss = -np.log(p[chosen])"
        ),
        (
            "-        p = tf.nn.softmax(w * x).numpy()\n"
            "-        chosen = np.random.choice(3, p=p / p.sum())\n"
            "-        loss = -np.log(p[chosen])\n"
            "+        p = tf.nn.softmax(w * x)\n"
            "+        chosen = np.random.choice(3, p=p.numpy() / p.numpy().sum())\n"
            "+        loss = -tf.math.log(p[chosen])\n"
        ),
    ),
    "several": (
        "loss = np.mean(np.square(w * x - 1.0))",
        (
            "-        loss = np.mean(np.square(w * x - 1.0))\n"
            "+        loss = tf.reduce_mean(tf.square(w * x - 1.0))\n"
        ),
    ),
    "an_array_and_its_methods": (
        ("y = (w * x).numpy()\ny = y.sum(axis=0, keepdims=True)\nloss = tf.reduce_sum(y)"),
        (
            "-        y = (w * x).numpy()\n"
            "-        y = y.sum(axis=0, keepdims=True)\n"
            "+        y = w * x\n"
            "+        y = tf.reduce_sum(y, axis=0, keepdims=True)\n"
        ),
    ),
    "a_list_of_parts": (
        ("y = np.concatenate([w * x, x])\nloss = tf.reduce_sum(y ** 2)"),
        ("-        y = np.concatenate([w * x, x])\n+        y = tf.concat([w * x, x], axis=0)\n"),
    ),
    "other_names_of_arguments": (
        ("y = np.clip(w * x, a_min=0.0, a_max=1.5)\nloss = tf.reduce_sum(y ** 2)"),
        (
            "-        y = np.clip(w * x, a_min=0.0, a_max=1.5)\n"
            "+        y = tf.clip_by_value(w * x, clip_value_min=0.0, clip_value_max=1.5)\n"
        ),
    ),
    "a_number": (
        "loss = tf.reduce_sum(x * w.numpy().item())",
        ("-        loss = tf.reduce_sum(x * w.numpy().item())\n+        loss = tf.reduce_sum(x * w)\n"),
    ),
    "what_is_constant_stays": (
        ("y = np.exp(w) * np.arange(2.0)\nloss = tf.reduce_sum(y ** 2)"),
        ("-        y = np.exp(w) * np.arange(2.0)\n+        y = tf.exp(w) * np.arange(2.0)\n"),
    ),
    "a_product": (
        ('y = np.dot(np.asarray(w * x), np.array([1.0, 2.0], dtype="float32"))\nloss = y ** 2'),
        (
            '-        y = np.dot(np.asarray(w * x), np.array([1.0, 2.0], dtype="float32"))\n'
            '+        y = tf.tensordot(w * x, np.array([1.0, 2.0], dtype="float32"), axes=1)\n'
        ),
    ),
    "a_list_of_lists": (
        "d = np.asarray(w * x).reshape(-1)\nm = d.mean()\n"
        'y = np.array([[m, m ** 2]], dtype="float32")\nloss = tf.reduce_sum(y ** 2)',
        "-        d = np.asarray(w * x).reshape(-1)\n"
        "-        m = d.mean()\n"
        '-        y = np.array([[m, m ** 2]], dtype="float32")\n'
        "+        d = tf.reshape(w * x, -1)\n"
        "+        m = tf.reduce_mean(d)\n"
        "+        y = tf.stack([[m, m ** 2]])\n",
    ),
    "transposed": (
        "y = np.stack([np.sin(w), np.cos(w)]).T\nloss = tf.reduce_sum(y ** 2)",
        "-        y = np.stack([np.sin(w), np.cos(w)]).T\n"
        "+        y = tf.transpose(tf.stack([tf.sin(w), tf.cos(w)]))\n",
    ),
    "an_array_of_its_own_name": (
        "y = w * x\ny = np.asarray(y)\ny = ((y + 1.0).mean() * y).reshape(1, -1)\n"
        "loss = tf.reduce_sum(y ** 2)",
        "-        y = np.asarray(y)\n"
        "-        y = ((y + 1.0).mean() * y).reshape(1, -1)\n"
        "+        y = tf.convert_to_tensor(y)\n"
        "+        y = tf.reshape(tf.reduce_mean(y + 1.0) * y, (1, -1))\n",
    ),
    "a_list_that_is_filled": (
        "parts = []\nfor n in range(2):\n    parts.append(w * x)\n"
        "y = np.array(parts)\nloss = tf.reduce_sum(y ** 2)",
        "-        y = np.array(parts)\n+        y = tf.stack(parts)\n",
    ),
}

DECLINED = {
    "no_twin": ("y = np.median(w * x)\nloss = y ** 2"),
    "an_array_that_is_written_to": ("y = (w * x).numpy()\ny[0] = 0.0\nloss = tf.reduce_sum(y ** 2)"),
    "another_type": ('y = np.exp(w * x).astype("float64")\nloss = tf.reduce_sum(y ** 2)'),
    "an_attribute_that_tensors_do_not_have": (
        "y = np.stack([np.sin(w), np.cos(w)]).flat\nloss = tf.reduce_sum(y ** 2)"
    ),
}

test_changes = each_changes(MADE, on_tape)
test_declines = each_is_declined(stay_in_tensorflow, DECLINED, on_tape)
