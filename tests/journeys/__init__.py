"""People's roads in a real Chromium: the tool in the frame of the practice LMS's course page, on another site.

*Lives here*: what students, teachers, assistants, parents, administrators and installers live through, with and
without third-party cookies, scripts and mouse; every page at three widths, checked by axe.
*Does not live here*: single pages without a browser (tests/web), LTI cases (tests/conformance).
*Start reading at* `screens.py` (how to act on a page), then `test_student.py`.

`JOURNEY_PICTURES=folder` keeps a picture of every page, role and width. `CHROMIUM=path` names another Chromium.
"""
