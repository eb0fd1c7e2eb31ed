"""``python -m evograft`` and the command ``evograft``."""

import sys


def main() -> int:
    """Run the command line; also Ctrl-C while it is still being loaded ends in status 130."""
    try:
        from evograft.studies import cli

        return cli.main()
    except KeyboardInterrupt:
        print("evograft: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
