"""``python -m ccd``."""

from ccd.cli import main

if __name__ == "__main__":
    main()
