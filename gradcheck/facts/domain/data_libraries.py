"""Libraries whose objects hold no weight of a model: options, paths, dates, tables, pictures, logs."""

from __future__ import annotations

_STANDARD = (
    "argparse base64 bz2 calendar codecs configparser csv ctypes datetime decimal email errno fnmatch "
    "fractions  getopt getpass glob gzip hashlib html http io json locale logging lzma mimetypes os "
    "pathlib platform pprint  random re secrets shutil signal socket sqlite3 statistics string struct "
    "subprocess sys tarfile tempfile  textwrap time timeit tokenize tomllib traceback unicodedata "
    "urllib uuid warnings wave xml zipfile zlib"
)
_INSTALLED = (
    "PIL absl bs4 cv2 dateutil librosa lxml matplotlib nltk pandas plotly psutil requests seaborn toml yaml"
)

_FUNCTIONS = frozenset({"builtins.open", "builtins.input"})
_NAMES = frozenset((*_STANDARD.split(), *_INSTALLED.split()))


def is_data(dotted: str) -> bool:
    """Whether what a library name gives holds no weight, unless it was given one."""
    return dotted in _FUNCTIONS or dotted.partition(".")[0] in _NAMES
