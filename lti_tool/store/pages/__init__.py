"""Reads: straight from tables to one page. One module per page, one frozen dataclass out of `load`.

*Lives here*: what each page shows, read in a fixed number of statements whatever the size of the class.

*Does not live here*: writes, HTML. A page may ask `learning` for what follows from the rows (next steps).

*Start reading at* `student_home`, then `class_overview`.
"""
