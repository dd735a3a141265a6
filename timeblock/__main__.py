"""``timeblock`` and ``python -m timeblock``: run a command, turn errors into a message and an exit code."""

import os
import sys


def main() -> None:
    """Exit codes: 0 done, 1 something to look at, 2 mend config or arguments, 3 a bug, 4 sign in, 5 unreachable."""
    from timeblock import cli
    from timeblock.errors import TimeblockError

    try:
        cli.root(prog_name="timeblock")
    except TimeblockError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `timeblock plan | head`: nobody reads on, and that is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:  # noqa: BLE001 - whatever is left is ours to mend, and says so
        _bug()


def _bug() -> None:
    import traceback

    from timeblock import __version__

    traceback.print_exc()
    print(
        f"\nThis is a bug in timeblock {__version__}, not a mistake of yours. Please report the lines above.",
        file=sys.stderr,
    )
    print("Nothing is half written: the next run looks at what was sent before it writes again.", file=sys.stderr)
    sys.exit(3)


if __name__ == "__main__":
    main()
