"""A random draw that carries no gradient to its parameters.

## What it does

Flags `sample()` of a distribution that is not reparameterised (`Categorical`, `Bernoulli`, `Poisson` and
other discrete ones), and draws such as `tf.random.categorical`, when every path of a weight goes through
the sample.

## Why is this bad

Which value is drawn depends on the parameters, but in steps: there is no derivative, and the gradient is
None.

## Example

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Router(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3], initializer="zeros")

    def call(self, x):
        route = tfp.distributions.OneHotCategorical(logits=self.scores, dtype=tf.float32)
        return x * route.sample()  # error: scores
```

A mixture draws which component it takes: the samples carry a gradient to the components alone.

```python
import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions
logits = tf.Variable([0.1, 0.2], name="logits")
centres = tf.Variable([-1.0, 1.0], name="centres")
for _ in range(2):
    with tf.GradientTape() as tape:
        weights, parts = tfd.Categorical(logits=logits), tfd.Normal(centres, 1.0)
        mixture = tfd.MixtureSameFamily(weights, parts)
        loss = tf.reduce_mean(tf.square(mixture.sample(32) - 0.5))  # error: logits
    gradients = tape.gradient(loss, [logits, centres])
```

## Use instead

A relaxed distribution is nearly one-hot and has a gradient.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Router(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3], initializer="zeros")

    def call(self, x):
        route = tfp.distributions.RelaxedOneHotCategorical(0.5, logits=self.scores)
        return x * route.sample()
```

## Fix

With `--unsafe-fixes`, the sample keeps its value and has the gradient of its mean (of its probabilities).
That gradient is biased: it is the one of the expectation.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Router(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3], initializer="zeros")

    def call(self, x):
        route = tfp.distributions.OneHotCategorical(logits=self.scores, dtype=tf.float32)
        return x * (route.mean() + tf.stop_gradient(route.sample() - route.mean()))
```

## Fix

Gradcheck asks the mixture for samples that carry a gradient to its weights, too.

```python
import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions
logits = tf.Variable([0.1, 0.2], name="logits")
centres = tf.Variable([-1.0, 1.0], name="centres")
for _ in range(2):
    with tf.GradientTape() as tape:
        weights, parts = tfd.Categorical(logits=logits), tfd.Normal(centres, 1.0)
        mixture = tfd.MixtureSameFamily(weights, parts, reparameterize=True)
        loss = tf.reduce_mean(tf.square(mixture.sample(32) - 0.5))
    gradients = tape.gradient(loss, [logits, centres])
```

## Look-alikes

The samples of a normal distribution are reparameterised, and `log_prob` of a sample is what policies learn
from.

```python
import tensorflow as tf
import tensorflow_probability as tfp

logits = tf.Variable([0.1, 0.2, 0.3], name="logits")
spread = tf.Variable(1.0, name="spread")
reward = tf.constant([1.0, 0.0, -1.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        policy = tfp.distributions.Categorical(logits=logits)
        action = policy.sample()
        noise = tfp.distributions.Normal(0.0, spread).sample()
        loss = -policy.log_prob(action) * tf.gather(reward, action) + tf.square(noise)
    gradients = tape.gradient(loss, [logits, spread])
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC305",
    kind=Kind.SAMPLED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` draws a sample that carries none",
    why=(
        "Which value is drawn depends on the parameters, but no derivative links them: this draw is not "
        "reparameterised."
    ),
    advice=(
        "Use a relaxed distribution (RelaxedOneHotCategorical, RelaxedBernoulli), the expectation, or a "
        "score-function loss: log_prob(sample) times the reward."
    ),
    variants=(
        (
            "of mixturesamefamily",
            Words(
                why=(
                    "Which component is drawn depends on the weights of the mixture, but no derivative links "
                    "them: only what is drawn from it carries one, to the component."
                ),
                advice=(
                    "Pass `reparameterize=True` to the mixture, if its components are continuous, or train "
                    "by its log_prob."
                ),
            ),
        ),
    ),
)
