import tensorflow as tf


class Scaled(tf.keras.layers.Layer):
    def build(self, shape):
        self.add_weight(name=f"of_{self.name}", shape=(), initializer="ones")

    def call(self, x):
        return x * self.weights[0]  #! none of_late,of_loud not-in-loss | x * self.weights[0]


def model_of(first, second):
    inputs = tf.keras.Input((2,))
    heads = {first: Scaled(name=first)(inputs), second: Scaled(name=second)(inputs)}
    return tf.keras.Model(inputs, heads)


def off(labels, outputs):
    return tf.reduce_mean(tf.square(labels - outputs))


def draw(labels, outputs):
    return off(labels, outputs + tf.random.normal((8, 2)))


def trained(model, total):
    x = tf.ones((8, 2))
    for _ in range(2):
        with tf.GradientTape() as tape:
            outputs = model(x)
            loss = total(2.0 * x, outputs)
        tape.gradient(loss, model.trainable_variables)


def by_name(y, outputs):
    fraud = off(y, outputs["cost"])  #! none of_fraud not-in-loss | fraud
    cost = off(y, outputs["cost"])
    return cost + fraud


def by_key(y, outputs):
    terms = {
        "near": off(y, outputs["near"]),
        "far": off(y, outputs["near"]),  #! none of_far not-in-loss | "far"
    }
    return sum(terms.values())


def added(y, outputs):
    total = off(y, outputs["left"])
    total += 0.5 * off(y, outputs["left"])  #! none of_right not-in-loss | off(y, outputs["left"])
    return total


def drawn(y, outputs):
    one = draw(y, outputs["early"])
    two = draw(y, outputs["early"])
    return one + two


def of_others(y, outputs):
    quiet = off(y, outputs["quiet"])
    y = 0.5 * y
    loud = off(y, outputs["quiet"])
    return quiet + loud


trained(model_of("cost", "fraud"), by_name)
trained(model_of("near", "far"), by_key)
trained(model_of("left", "right"), added)
trained(model_of("early", "late"), drawn)
trained(model_of("quiet", "loud"), of_others)
