"""Guesses what to pass to a constructor or a factory, as source text: by defaults, annotations and names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from gradcheck.probe.guess.argument_uses import by_use

# A parameter's name, or a word of it, and what usually works. The first row wins; whole names go before
# words.
_VALUES: tuple[tuple[str, str], ...] = (
    ("example x inputs sample batch images data features observations", "@tensor"),
    ("d_model dim units width channels filters size latent embed emb out output outputs n k", "8"),
    ("rate dropout p prob probability drop keep alpha momentum decay eps epsilon jitter", "0.1"),
    ("temperature tau gamma beta lam lambda sigma scale std stddev lr slope threshold", "0.1"),
    ("weight coefficient strength", "0.1"),
    ("heads groups layers blocks depth repeats stages levels steps relations rank order degree experts", "2"),
    ("num_layers num_heads kernel_size pool_size stride strides factor upsample", "2"),
    ("classes vocab vocabulary bins tokens embeddings codes categories users items actions labels", "8"),
    ("length len maxlen seq positions timesteps window horizon", "8"),
    ("height rows cols resolution", "16"),
    ("shape input_shape", "@shape"),
    ("seed", "0"),
    ("activation act nonlinearity", "'tanh'"),
    ("name tag prefix", "'probe'"),
    ("axis", "-1"),
    ("hidden sizes widths layer_sizes dims units_list filters_list channels_list", "@sizes"),
    ("optimizer", "@optimizer"),
    ("fn func function", "lambda value: value"),
    ("layer cell encoder decoder backbone base net network model module head body inner block", "@layer"),
    ("sublayer projector generator discriminator critic actor", "@layer"),
    ("regularizer constraint", "None"),
    ("initializer", "'glorot_uniform'"),
    ("padding", "'same'"),
    ("reg l1 l2 penalty", "0.01"),
    ("mean loc mu center offset", "0.0"),
    ("low lower min minimum", "-10.0"),
    ("high upper max maximum limit", "10.0"),
)
_SPECIAL = {
    "@tensor": ("tf.random.normal([64, 8])", "tf.random.normal([64, 8, 8])"),
    "@shape": ("(8,)", "(16, 16, 3)", "(8, 8)"),
    "@sizes": ("(8, 8)", "8"),
    "@optimizer": ("tf.keras.optimizers.Adam(0.001)",),
    "@layer": ("tf.keras.layers.Dense(8)",),
}
_SETTINGS = frozenset(
    {"cfg", "config", "conf", "hp", "hps", "hparams", "params", "opts", "options", "settings"}
)
"""Parameters that take all of a program's settings at once."""
_NUMBERS = ("8", "4", "2", "1")


def calls(
    name: str, what: Callable[..., Any], parts: Mapping[str, str] = MappingProxyType({}), most: int = 6
) -> Iterator[str]:
    """Calls of `what`, as text, that are worth a try: `Encoder(dim=8)`.

    `parts` are expressions for things of the program's own, by the names they go by: an `encoder` may be
    one of them.
    """
    try:
        parameters = _required(what)
    except (TypeError, ValueError):
        yield f"{name}()"
        return
    used = by_use(what, [parameter.name for parameter in parameters], _by_name)
    guesses = [
        _annotated(parameter, parts)
        or _part(parameter.name, name, parts)
        or used.get(parameter.name)
        or _guesses(parameter)
        for parameter in parameters
    ]
    for attempt in range(most if guesses else 1):
        chosen = (options[min(attempt, len(options) - 1)] for options in guesses)
        arguments = (
            text if parameter.kind is parameter.POSITIONAL_ONLY else f"{parameter.name}={text}"
            for parameter, text in zip(parameters, chosen, strict=True)
        )
        yield f"{name}({', '.join(arguments)})"
        if attempt >= max((len(options) for options in guesses), default=1) - 1:
            return


def required(what: Callable[..., Any]) -> list[str]:
    """The names of the parameters without a default."""
    try:
        return [parameter.name for parameter in _required(what)]
    except (TypeError, ValueError):
        return []


def _required(what: Callable[..., Any]) -> list[inspect.Parameter]:
    skipped = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    found = inspect.signature(what).parameters.values()
    return [one for one in found if one.default is one.empty and one.kind not in skipped]


def _annotated(parameter: inspect.Parameter, parts: Mapping[str, str]) -> tuple[str, ...]:
    """Something of the program's own of the class that the parameter is annotated with."""
    kind = parameter.annotation
    name = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
    return (parts[name],) if name in parts else ()


def _part(parameter: str, maker: str, parts: Mapping[str, str]) -> tuple[str, ...]:
    """Something of the program's own that goes by the parameter's name."""
    if parameter in _SETTINGS:
        words = ("config", "cfg", "setting", "param", "default", "option", "schema")
        return tuple(text for name, text in parts.items() if any(word in name.lower() for word in words))
    if len(parameter) < 4:
        return ()
    word = re.compile(rf"(?i:{re.escape(parameter)})(?![a-z])")  # `mode` is no word of `model`.
    return tuple(text for name, text in parts.items() if name != maker and word.search(name))


def _guesses(parameter: inspect.Parameter) -> tuple[str, ...]:
    annotation = (
        parameter.annotation
        if isinstance(parameter.annotation, str)
        else getattr(parameter.annotation, "__name__", "")
    )
    by_name = _by_name(parameter.name.lower())
    if annotation == "bool":
        return ("True", "False")
    if annotation == "str" and not (by_name and by_name[0].startswith("'")):
        return ("'relu'", "'probe'")
    if annotation == "float" and not by_name:
        return ("0.5",)
    if annotation == "int" and not (by_name and by_name[0].isdigit()):
        return _NUMBERS
    if by_name:
        return by_name
    if any(word in annotation.lower() for word in ("tuple", "list", "sequence")):
        return ("(8, 8)",)
    return (*_NUMBERS, "tf.keras.layers.Dense(8)", "0.5")


def _by_name(name: str) -> tuple[str, ...]:
    parts = name.split("_")
    for words in ({name}, {parts[-1]}, set(parts)):
        for known, text in _VALUES:
            if words & set(known.split()):
                return _options(text)
    return ()


def _options(text: str) -> tuple[str, ...]:
    if text in _SPECIAL:
        return _SPECIAL[text]
    return (text, *(number for number in _NUMBERS if number != text)) if text.isdigit() else (text,)
