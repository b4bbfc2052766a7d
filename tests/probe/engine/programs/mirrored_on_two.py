"""Two replicas on two virtual processors: one report, with `fit` and with a loop of one's own."""

import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


class Net(tf.keras.Model):
    def build(self, shape):
        self.own = self.add_weight(name="own", shape=(3, 1), initializer="ones")
        self.idle = self.add_weight(name="idle", shape=(3, 1))  #! none idle unused-weight
        self.coarse = self.add_weight(name="coarse", shape=(3, 1), initializer="ones")

    def call(self, value):
        return value @ self.own + tf.round(value @ self.coarse)  #! none coarse no-gradient


with strategy.scope():
    fitted = Net()
    fitted.compile("sgd", "mse")
    looped = Net()
    looped(x)
    optimizer = tf.keras.optimizers.SGD(0.01)
    if hasattr(optimizer, "build"):
        optimizer.build(looped.trainable_variables)
fitted.fit(x, y, batch_size=4, epochs=2, verbose=0)


def replica_step(batch):
    inputs, target = batch
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((looped(inputs) - target) ** 2)
    variables = looped.trainable_variables
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients([(g, v) for g, v in zip(grads, variables, strict=True) if g is not None])
    return loss


@tf.function
def step(batch):
    return strategy.reduce("SUM", strategy.run(replica_step, args=(batch,)), axis=None)


data = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(4))
for number, batch in enumerate(data):
    step(batch)
    if number == 3:
        break
