"""LTI 1.3 Advantage, case by case, over real HTTP between the practice LMS and the running tool.

*Lives here*: the cases of the 1EdTech certification lists (known bad payloads, valid launches, deep
linking, roster, grades), and our own additions: replays, mixed-up logins, clocks, keys, misbehaving LMSs.
*Does not live here*: checks of single functions (tests/lti), pages in a real browser (tests/journeys).
*Start reading at* `cases.py` (how a launch is made and judged), then `test_bad_payloads.py`.

Each case is one named test; a table "case, result" ends the session.
"""
