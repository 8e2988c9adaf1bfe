"""The program's entry: ``wxcertcheck`` and ``python -m wxcertcheck``."""

import sys


def main() -> int:
    """Run the program on ``sys.argv`` and return its exit code: 0 ready, 1 not, 2 wrong usage, 3 cannot decide."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:  # answered before any import: pipelines ask it often
        from wxcertcheck import __version__

        sys.stdout.write(f"wxcertcheck {__version__}\n")
        return 0
    import gc

    from wxcertcheck.cli import run

    gc.set_threshold(100_000, 50, 100)  # a run makes many values and few cycles: a third of its time went into looking
    try:
        return run(arguments)
    finally:
        gc.freeze()  # and the interpreter need not look once more before it ends


if __name__ == "__main__":
    sys.exit(main())
