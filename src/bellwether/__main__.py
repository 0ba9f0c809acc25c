"""``python -m bellwether`` is ``bellwether``."""

from bellwether.cli.main import main

if __name__ == "__main__":
    main()
