"""``timeblock`` and ``python -m timeblock``: run a command, turn errors into a message and an exit code."""

import os
import sys


def main() -> None:
    """Exit codes: 0 done, 1 something to look at, 2 mend config or arguments, 3 a bug, 4 sign in, 5 unreachable."""
    from timeblock.cli import root
    from timeblock.errors import TimeblockError

    try:
        root(prog_name="timeblock", standalone_mode=True)
    except TimeblockError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
