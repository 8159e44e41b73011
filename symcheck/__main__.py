"""``python -m symcheck``: the command line."""

import sys

from symcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
