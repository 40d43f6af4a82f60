"""Reading a page's forms as a person without scripts sees them: fields, what can be chosen, buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Fields = list[tuple[str, str]]


@dataclass(slots=True, kw_only=True)
class Form:
    """One form. `fields` is what would be sent untouched; `options` what each name may be."""

    action: str
    method: str = "get"
    fields: Fields = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: Fields = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where it goes, without the host."""
        return urlsplit(self.action).path

    def value(self, name: str) -> str:
        """The value a field has now, empty when it has none."""
        return next((value for key, value in self.fields if key == name), "")

    def filled(self, chosen: Fields, *, button: tuple[str, str] | None = None) -> Fields:
        """All fields to send: untouched ones, then `chosen` in place of theirs, then the button pressed."""
        names = {name for name, _ in chosen}
        kept = [(name, value) for name, value in self.fields if name not in names]
        return [*kept, *chosen, *([button] if button and button[0] else [])]


def forms_of(url: str, html: str) -> list[Form]:
    """All forms of the page at `url`."""
    reader = _Reader(url)
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._url = url
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self._url, found.get("action") or self._url)
            self._form = Form(action=action, method=found.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in found:
            self._read(self._form, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            name, value = self._form.fields[-1]
            self._form.fields[-1] = (name, value + data)

    def _read(self, form: Form, tag: str, found: dict[str, str]) -> None:
        match tag:
            case "input":
                self._input(form, found)
            case "button" if found.get("type", "submit") == "submit":
                form.buttons.append((found.get("name", ""), found.get("value", "")))
            case "select":
                self._select = found.get("name", "")
            case "option" if self._select:
                self._option(form, found)
            case "textarea":
                self._area = found.get("name", "")
                form.fields.append((self._area, ""))

    def _input(self, form: Form, found: dict[str, str]) -> None:
        kind, name = found.get("type", "text"), found.get("name", "")
        if kind in {"submit", "image"}:
            form.buttons.append((name, found.get("value", "")))
        elif kind in {"checkbox", "radio"}:
            value = found.get("value", "on")
            form.options.setdefault(name, []).append(value)
            if "checked" in found:
                form.fields.append((name, value))
        elif name and kind not in {"button", "reset", "file"}:
            form.fields.append((name, found.get("value", "")))

    def _option(self, form: Form, found: dict[str, str]) -> None:
        value = found.get("value", "")
        form.options.setdefault(self._select, []).append(value)
        if "selected" in found or all(name != self._select for name, _ in form.fields):
            form.fields[:] = [pair for pair in form.fields if pair[0] != self._select]
            form.fields.append((self._select, value))
