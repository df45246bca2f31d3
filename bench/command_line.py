"""What the subcommands of `allowmatch bench` share on the command line."""
import argparse
import re
import sys

import results


class Parser(argparse.ArgumentParser):
    """Its help begins with the examples. Usage errors end with 2."""

    def __init__(self, name, examples, description):
        super().__init__(prog=f"allowmatch bench {name}", description=description,
                         formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
        self.examples = examples

    def format_help(self):
        return f"{self.examples.strip(chr(10))}\n\n{super().format_help()}"


def threshold(text):
    """"5%" or "0.05" as 0.05."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", text)
    value = float(match[1]) / (100 if match[2] else 1) if match else -1
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a threshold such as 5% or 0.05")
    return value


def pattern(text):
    """A regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def at_least(least):
    """A type for whole numbers from `least` up."""
    def whole(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} up")
        return int(text)
    return whole


def run(main):
    """Ends the program with what `main` returns; with 2 where the input is unusable."""
    try:
        code = main()
    except results.Unusable as error:
        print(f"allowmatch bench: {error}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
