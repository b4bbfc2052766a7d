"""The `gradcheck` command, also as `python -m gradcheck`."""

import gc


def main() -> None:
    """Run the command. Nothing that is made while it loads is garbage: nobody looks for any until `lint`
    follows a file, nor once more at the end."""
    gc.disable()
    from gradcheck.cli.commands import main as command

    try:
        command()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
