"""What people see: one request goes to one flow or one page, and comes back as a template.

*Lives here*: routes per role (`student`, `teacher`, `picker`, `admin`, `observer`), the LMS's doors (`lti`), who
may pass (`gates`), what protects a page in a frame (`security`), what people may send (`schemas`, `answers`), and
how numbers and words become HTML (`rendering`, `charts`, `words`, `i18n`). `errors` is the only place that knows
HTTP status codes of failures.

*Does not live here*: decisions (learning), transactions beyond opening one (flows), SQL (store), timing (jobs).

*Start reading at* `gates` (every request passes it), then `visit` (who sees which page), then `student`.

We chose whole pages that work without scripts, and one small script that fetches the same page and swaps its
`<main>`, because frames inside an LMS lose history and storage, and a page that stands on its own survives that.
We chose denial by default: a route without a declared gate answers nobody. We chose a form token made from the
visit's own secret because the only cookie we own is the visit's.
"""
