"""What learning means here: pure values and pure functions.

*Lives here*: skills and their graph, activities and items, marking, evidence, teacher rules, verdicts, the first
assessment, review, playlists, grouping, grades. Time and chance are arguments (`now`, `rng`), so the same input
always gives the same output and a test needs no clock.

*Does not live here*: databases, HTTP, LMS words, HTML, settings, logging. Nothing from outside but numpy, scipy,
networkx and fsrs.

*Start reading at* `activities` and `skills` (what there is to learn), `evidence` (what somebody showed), `mastery`
(rule + evidence -> verdict with reasons), `playlist` (verdicts + graph + profile -> up to three next steps) and
`preview` (what another rule would say of the whole class).

We chose frozen dataclasses and functions because a verdict that touches a grade has to be replayable: hand the same
evidence and rule to `mastery.judge` next year and it says the same.
"""
