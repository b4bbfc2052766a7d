"""A chain of one step has no transition: the library's call does not use what it was given."""

import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions

initial = tf.Variable([0.1, -0.1], name="initial")
change = tf.Variable([[0.1, 0.2], [0.0, 0.3]], name="change")
means = tf.Variable([0.0, 1.0], name="means")
observed = tf.constant([[0.4], [1.3]])


def chain_of(steps):
    return tfd.HiddenMarkovModel(
        tfd.Categorical(logits=initial),
        tfd.Categorical(logits=change),
        tfd.Normal(means, 1.0),
        num_steps=steps,
    )


def negative_log_likelihood(steps):
    chain = chain_of(steps)
    return -tf.reduce_mean(chain.log_prob(observed))  #! none change not-in-loss | chain.log_prob(observed)


def step():
    variables = [initial, change, means]
    with tf.GradientTape() as tape:
        loss = negative_log_likelihood(1) + 0.0
    return tape.gradient(loss, variables)


step()
