"""Maths in texts: a small grammar between dollar signs becomes MathML that screen readers can speak.

What may stand between the signs: whole and decimal numbers, `a/b` (a fraction; each side a number, one letter, `?`
or something in brackets), `1 1/2` (a mixed number), one-letter names, `+ - × ÷ · = ≠ < > ≤ ≥ %`, brackets, commas,
… and words of two letters or more. `*` means ×, `?` is an empty box to fill.

Browsers do not break MathML into lines. So what is long becomes several formulas, each but the first beginning with
its sign, and a phone may put them under each other.

We chose a grammar of our own because school arithmetic needs no more, because MathML needs no script on the page,
and because whatever is not in the grammar can be reported to the author instead of being shown wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_TOKEN = re.compile(r"\s*(?:(\d+(?:[.,]\d+)?)|([^\W\d_]{2,})|([^\W\d_])|([?□])|([-+−×÷·*/=≠<>≤≥%…(),:;]))")
_SPOKEN = {"-": "−", "*": "×"}
_WHOLE = 16
"""So many letters of source stay on one line in the narrowest place, a hint on a phone."""
_LINE_BEGINS = {f"<mo>{escape(sign)}</mo>" for sign in "=≠<>≤≥+−"}


class MathsError(ValueError):
    """The maths cannot be read; the message says why, for the author."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, word, name, box, sign
    text: str


def in_letters(source: str) -> str:
    """The maths as it is typed, with signs that are read out: a hyphen between numbers is passed over."""
    return "".join(_SPOKEN.get(letter, letter) for letter in source)


def to_mathml(source: str) -> str:
    """MathML for a small piece of school arithmetic, in several formulas where it is long. Raises `MathsError`."""
    parts = _Reader(_tokens(source)).parts(closing=False)
    lines = [parts] if len(source) <= _WHOLE else _lines(parts)
    return "".join(f'<math displaystyle="true"><mrow>{"".join(line)}</mrow></math>' for line in lines)


def _lines(parts: Sequence[str]) -> list[list[str]]:
    """What may stand on lines of its own: from one sign that joins two sides to the next."""
    lines: list[list[str]] = [[]]
    for part in parts:
        if part in _LINE_BEGINS and lines[-1] and not lines[-1][-1].startswith("<mo"):
            # At the beginning of a formula it would be taken for the sign of a number and move close to it.
            lines.append([part.replace("<mo>", '<mo form="infix">')])
        else:
            lines[-1].append(part)
    return lines


def _tokens(source: str) -> list[_Token]:
    tokens, position = [], 0
    text = source.strip()
    if not text:
        raise MathsError("there is nothing between the dollar signs")
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise MathsError(f"“{text[position:].strip()[:12]}” is not part of the maths grammar")
        kind = ("number", "word", "name", "box", "sign")[(found.lastindex or 1) - 1]
        tokens.append(_Token(kind, found[found.lastindex or 1]))
        position = found.end()
    return tokens


class _Reader:
    """Reads tokens from left to right; a class because two methods share the place they are at."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def parts(self, *, closing: bool) -> list[str]:
        """Everything up to the end or, when `closing`, up to the bracket that closes."""
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.text == ")":
                if not closing:
                    raise MathsError("a bracket closes that was never opened")
                return parts
            parts.append(self._piece(mixed_may_follow=token.kind == "number"))
        if closing:
            raise MathsError("a bracket is not closed")
        return parts

    def _piece(self, *, mixed_may_follow: bool) -> str:
        token = self._tokens[self._at]
        if token.kind == "sign" and token.text != "(":
            self._at += 1
            if token.text == "/":
                raise MathsError("a fraction needs something over and under its line")
            return f"<mo>{escape(_SPOKEN.get(token.text, token.text))}</mo>"
        first = self._atom()
        if self._next_is("/"):
            self._at += 1
            return f"<mfrac>{_unwrapped(first)}{_unwrapped(self._operand())}</mfrac>"
        if mixed_may_follow and self._fraction_follows():
            # U+2064 is the "invisible plus" that MathML has for mixed numbers.
            return f"<mrow>{first}<mo>&#x2064;</mo>{self._piece(mixed_may_follow=False)}</mrow>"
        return first

    def _operand(self) -> str:
        if self._at >= len(self._tokens):
            raise MathsError("a fraction needs something under its line")
        return self._atom()

    def _atom(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        if token.text == "(":
            inner = "".join(self.parts(closing=True))
            self._at += 1
            return f"<mrow><mo>(</mo><mrow>{inner}</mrow><mo>)</mo></mrow>"
        tag = {"number": "mn", "word": "mtext", "name": "mi", "box": "mi"}.get(token.kind)
        if tag is None:
            raise MathsError(f"“{token.text}” cannot stand under a fraction line")
        text = "□" if token.kind == "box" else token.text
        spaced = f"&#xA0;{text}&#xA0;" if token.kind == "word" else escape(text)
        return f"<{tag}>{spaced}</{tag}>"

    def _next_is(self, sign: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text == sign

    def _fraction_follows(self) -> bool:
        """A plain a/b of whole numbers or boxes right after a whole number makes a mixed number."""
        ahead = self._tokens[self._at : self._at + 3]
        plain = {"number", "box"}
        return len(ahead) == 3 and ahead[0].kind in plain and ahead[1].text == "/" and ahead[2].kind in plain


def _unwrapped(piece: str) -> str:
    """Brackets around a whole numerator or denominator only group, so they are not shown."""
    start, end = "<mrow><mo>(</mo>", "<mo>)</mo></mrow>"
    return piece[len(start) : -len(end)] if piece.startswith(start) and piece.endswith(end) else piece
