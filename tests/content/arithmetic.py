"""School arithmetic between dollar signs, worked out exactly, to check a course against itself."""

from __future__ import annotations

import re
from fractions import Fraction

_SPAN = re.compile(r"\$([^$\n]+)\$")
_TOKEN = re.compile(r"(\d+)\s+(\d+)/(\d+)|(\d+)\s*/\s*(\d+)|(\d+(?:\.\d+)?)|([-+−×*÷])")


def value(text: str) -> Fraction:
    """The value of a sum, difference, product or quotient (products first), such as `2 1/2 + 3 × 1/4`."""
    total, product, sign = Fraction(0), Fraction(1), "+"
    for found in _TOKEN.finditer("+" + text):
        whole, top, bottom, over, under, plain, operator = found.groups()
        if operator:
            if operator in "+-−":
                total, product = total + (product if found.start() else 0), Fraction(1)
            sign = operator
            continue
        number = int(whole or 0) + Fraction(int(top), int(bottom)) if whole else None
        number = number if number is not None else Fraction(int(over), int(under)) if over else Fraction(plain)
        product = product / number if sign == "÷" else product * number
        product = -product if sign in "-−" else product
    return total + product


def relations(text: str) -> list[str]:
    """Every `a = b < c` between dollar signs that holds numbers only."""
    spans = _SPAN.findall(text)
    return [span for span in spans if re.search(r"[=<>]", span) and not re.search(r"[a-z?…()]", span)]


def holds(relation: str) -> bool:
    """Whether it is true all along."""
    pieces = re.split(r"([=<>])", relation)
    values = [value(piece) for piece in pieces[::2]]
    true = {"=": lambda a, b: a == b, "<": lambda a, b: a < b, ">": lambda a, b: a > b}
    return all(true[sign](a, b) for a, sign, b in zip(values, pieces[1::2], values[1:], strict=False))
