"""Authoring formats -> the values of `learning`, and texts -> safe HTML.

*Lives here*: our own course package (read, checked, written), the starter course that comes with the tool, Markdown
and maths for pages, the gate for drawings.

*Does not live here*: marking and mastery (`learning`), the database (`store`), what happens when a teacher uploads
a file (`flows`). Nobody else imports nh3 or markdown_it.

*Start reading at* `package` (the format, in its docstring; `load`, `load_path`, `dump`, `starter`), then `checks`
and `item_checks` (what a course must fulfil) and `markup` (`render`, `render_inline`, `plain`).

We chose a format of our own because no open one holds skills with prerequisites, a misconception for each wrong
choice and activities away from the screen. Other formats can be read into the same values beside it.
We chose to refuse a package as a whole, with all problems at once, because a course half there misleads mastery.
We chose MathML made here, because it needs no script, prints, and speaks.
"""
