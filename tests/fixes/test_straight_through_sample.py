"""A sample keeps its value and has the gradient of its mean."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import straight_through_sample

MADE = {
    "of_no_name": (
        ("mask = tfd.Bernoulli(logits=self.w, dtype=tf.float32).sample()\nreturn x * mask"),
        (
            "-        mask = tfd.Bernoulli(logits=self.w, dtype=tf.float32).sample()\n"
            "+        dist = tfd.Bernoulli(logits=self.w, dtype=tf.float32)\n"
            "+        mask = dist.mean() + tf.stop_gradient(dist.sample() - dist.mean())\n"
        ),
    ),
    "of_a_distribution": (
        ("counts = tfd.Poisson(log_rate=self.w)\nreturn x * counts.sample(seed=1)"),
        (
            "-        return x * counts.sample(seed=1)\n"
            "+        return x * (counts.mean() + tf.stop_gradient(counts.sample(seed=1) - counts.mean()))\n"
        ),
    ),
    "one_hot": (
        ("route = tfd.OneHotCategorical(logits=self.w, dtype=tf.float32)\nreturn x * route.sample()"),
        (
            "-        return x * route.sample()\n"
            "+        return x * (route.mean() + tf.stop_gradient(route.sample() - route.mean()))\n"
        ),
    ),
    "cast_later": (
        ("coin = tfd.Bernoulli(logits=self.w)\nheads = coin.sample()\nreturn x * tf.cast(heads, tf.float32)"),
        (
            "-        return x * tf.cast(heads, tf.float32)\n"
            "+        return x * (coin.mean() + tf.stop_gradient(tf.cast(heads, tf.float32) - coin.mean()))\n"
        ),
    ),
}

DECLINED = {
    "an_index": ("k = tfd.Categorical(logits=self.w).sample()\nreturn x * tf.one_hot(k, 3)"),
    "a_draw_by_tensorflow": ("k = tf.random.categorical(self.w[None], 1)\nreturn x * tf.cast(k, tf.float32)"),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(straight_through_sample, DECLINED, in_call)
