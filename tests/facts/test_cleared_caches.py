"""A value that an object keeps until a method clears it: old for every step of a loop that does not."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

PROGRAM = """
class Catalogue:
    def __init__(self):
        self.users = tf.keras.layers.Dense(4, name="users")
        self.items = tf.keras.layers.Dense(4, name="items")
        self._index = None

    @property
    def index(self):
        if self._index is None:
            self._index = self.items(tf.ones([6, 3])){mark}
        return self._index

    def clear(self):
        self._index = None

    def scores(self, x):
        return tf.matmul(self.users(x), self.index, transpose_b=True)


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
{step}        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.model.scores(x)))
        variables = self.model.users.trainable_variables + self.model.items.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def fit(self, batches):
{before}        for epoch in range(2):
{epoch}


Trainer(Catalogue()).fit([tf.ones([8, 3]), tf.ones([8, 3])])
"""
BEFORE = "        print(self.model.scores(batches[0]))\n"
ROUNDS = """\
            for x in batches:
                self.step(x)
            self.model.clear()"""
LISTED = """\
            [self.step(x) for x in batches]
            self.model.clear()"""
EACH = """\
            for x in batches:
                self.step(x)
                self.model.clear()"""
ONE = """\
            self.step(batches[0])
            self.model.clear()"""


@pytest.mark.parametrize("epoch", [ROUNDS, LISTED], ids=["a_loop", "a_comprehension"])
def test_what_is_cleared_between_two_loops_is_old_in_them(epoch: str) -> None:
    check(PROGRAM.format(before=BEFORE, mark="  # error: items", step="", epoch=epoch), "GC401")


@pytest.mark.parametrize(
    ("step", "epoch"),
    [("", EACH), ("", ONE), ("        self.model.clear()\n", ROUNDS)],
    ids=["behind_each_step", "in_the_only_loop", "in_the_step_itself"],
)
def test_what_is_cleared_for_each_step_is_not(step: str, epoch: str) -> None:
    check(PROGRAM.format(before=BEFORE, mark="", step=step, epoch=epoch), "")


def test_what_the_first_step_of_each_loop_computes_is_recorded_there() -> None:
    check(PROGRAM.format(before="", mark="", step="", epoch=ROUNDS), "")
