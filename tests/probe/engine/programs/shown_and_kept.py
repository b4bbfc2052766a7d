"""What is only printed is no cause; what is kept is one where it comes in again."""

import tensorflow as tf

trunk = tf.Variable([1.0, 2.0], name="trunk")
side = tf.Variable([1.0, 2.0], name="side")
for _ in range(3):
    with tf.GradientTape() as tape:
        aside = tf.reduce_sum(side**2)
        loss = tf.reduce_sum(trunk**2)  #! none side not-in-loss
    tape.gradient(loss, [trunk, side])
    print(float(loss), float(aside))


class Agent:
    def __init__(self):
        self.policy = tf.Variable([0.5, -0.5], name="policy")
        self.scores = []

    def act(self):
        odds = tf.nn.softmax(self.policy)
        action = int(odds.numpy().argmax())
        self.scores.append(float(tf.math.log(odds[action])))  #! none policy python-number

    def learn(self):
        with tf.GradientTape() as tape:
            loss = -tf.reduce_sum(tf.convert_to_tensor(self.scores))
        tape.gradient(loss, [self.policy])


agent = Agent()
for _ in range(2):
    agent.act()
    agent.learn()
