import tensorflow as tf

layers = tf.keras.layers


class Encoder(layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.embedding = layers.Embedding(5, 3)
        self.rnn = layers.LSTM(4, return_state=True)

    def call(self, tokens):
        _, h, c = self.rnn(self.embedding(tokens))
        return [h, c]


class Decoder(layers.Layer):
    def __init__(self, hands_on, **options):
        super().__init__(**options)
        self.rnn = layers.LSTM(4, return_sequences=True, return_state=True)
        self.hands_on = hands_on

    def call(self, x, states=None):
        if self.hands_on:
            return self.rnn(x, initial_state=states)[0]
        y, _, _ = self.rnn(x)  #! none embeddings,kernel,recurrent_kernel,bias dead-value | self.rnn(x)
        return y


class Ignores(layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.rnn = layers.GRU(2)

    def call(self, x, context):  #! none context dead-value | context
        return self.rnn(x)


lost, kept = Encoder(), Encoder()
forgets, hands_on = Decoder(False), Decoder(True)
context = tf.Variable([1.0, 2.0, 3.0], name="context")
ignores = Ignores()
tokens, x = tf.constant([[1, 2, 3]]), tf.ones((1, 2, 3))


def loss_of():
    one = forgets(x, states=lost(tokens))
    other = hands_on(x, states=kept(tokens))
    return tf.reduce_mean(one) + tf.reduce_mean(other) + tf.reduce_mean(ignores(x, 2.0 * context))


loss_of()
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = loss_of()
    parts = [*lost.trainable_variables, *kept.trainable_variables]
    tape.gradient(
        loss,
        [
            *parts,
            *forgets.trainable_variables,
            *hands_on.trainable_variables,
            *ignores.trainable_variables,
            context,
        ],
    )
