"""What happens: one file per thing that happens, one transaction per public function.

*Lives here*: the order of steps of a launch, an answer, a configuration, a delivery. Functions that take a
`Session` run inside the caller's one transaction; functions that take a `Database` talk to an LMS in between and
therefore open their own short transactions around it, never one across it.

*Does not live here*: what mastery means (learning), how an LMS speaks (lti), tables (store), pages (web), timing
(jobs).

*Start reading at* `launching`, then `answering`, then `passing_back`: the three main roads. What teachers say and
arrange about people is in `observing`, `arranging` and `counting_grades`; `personal` brings it into every verdict.

We chose to keep a teacher's word and the rule's verdict side by side because a word can be taken back, and because
people trust a machine more that shows where it was overruled.
"""
