"""``timeblock`` and ``python -m timeblock``: run a command, turn errors into a message and an exit code."""

import os
import sys


def main() -> None:
    """Exit codes: 0 done, 1 something to look at, 2 mend config or arguments, 3 a bug, 4 sign in, 5 unreachable."""
    from timeblock import cli
    from timeblock.errors import TimeblockError

    if "_TIMEBLOCK_COMPLETE" in os.environ:
        from timeblock.cli import shells

        shells.register()
    try:
        cli.root(prog_name="timeblock")
    except TimeblockError as error:
        print(error, file=sys.stderr)
        if "--json" in sys.argv:
            from timeblock.cli.jsonform import document

            print(document({"error": str(error), "exit_code": error.exit_code}), end="")
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `timeblock plan | head`: nobody reads on, and that is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - whatever is left is ours to mend, and says so
        _bug(error)


def _bug(error: BaseException) -> None:
    from timeblock import __version__
    from timeblock.errors import traced

    print(traced(error), end="", file=sys.stderr)
    print(
        f"\nThis is a bug in timeblock {__version__}, not a mistake of yours. Please report the lines above.",
        file=sys.stderr,
    )
    print("Nothing is half written: the next run looks at what was sent before it writes again.", file=sys.stderr)
    sys.exit(3)


if __name__ == "__main__":
    main()
