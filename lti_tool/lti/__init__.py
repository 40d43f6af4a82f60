"""The border with the LMS: whatever is signed, fetched or sent in the language of LTI 1.3 Advantage.

*Lives here*: login and launch, installing, choosing content, gradebook columns and grades, rosters, our keys and
theirs, the one way out over HTTP, and (in `platforms`) every habit of every LMS.

*Does not live here*: tables, pages, sessions, retries over time. Rows arrive as values, storage as small callables
or Protocols (`KeySetCache`, `TokenCache`), so this floor can be read and tested without a database or a browser.

*Start reading at* `values` (what a launch, a member, a score is), then `login`, `launch` and `grades`.

We chose to keep pylti1p3 behind `messages.py`: its order of checks and its message rules are good, its handling
of state, nonce, keys and tokens is not. There we check the signature first and every claim after it, with our own
words for each refusal. We chose joserfc for signatures (Authlib stands on it, and it checks one in a third of the
time PyJWT takes), Authlib for service tokens, and plain `requests` behind `http.py` for everything that leaves the
house, because only one place can then be wrong about time-outs, redirects, addresses and sizes.
"""
