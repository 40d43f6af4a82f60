"""When things run, never what they do.

*Lives here*: the queue that `JOBS_URL` names, the tasks on it (each takes an id and calls one flow), the carrying
of due grade promises (`outbox`), the timetable (`schedule`), and the worker that holds them together (`worker`).

*Does not live here*: what a delivery, a roster or a rotation is (flows), which promises are due (store), pages.

*Start reading at* `worker`, then `outbox`.

We chose Huey because one address moves it from a SQLite file to PostgreSQL or Redis. It forgets a task as soon as
a worker takes it, so nothing that must not be lost is ever *in* the queue: a grade is a row in our own database,
claimed with a lease. The queue only says "look now", and a sweep looks every second anyway. Deliveries therefore do
not pass through the queue a second time: the worker that claims a promise delivers it, in threads, with few at a
time for each LMS and one for a silent one, so that a slow LMS keeps nobody else waiting. A worker killed at any
moment loses its leases and nothing else. Judging a class again is a row as well (`flows.recalculating`): its slices
are done in any worker, and what a lost message or a killed worker left behind is taken up by the timetable within a
minute or so.
"""
