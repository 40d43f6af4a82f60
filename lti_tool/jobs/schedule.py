"""The timetable: what runs every night, and the little that runs every hour or every few minutes.

Times are UTC; each task may safely run twice.
"""

from __future__ import annotations

from huey import Huey, crontab

from .tasks import Tasks


def define_schedule(queue: Huey, tasks: Tasks) -> None:
    """Rosters, other grades, clearing out, keys, learning from answers, grades given up: in the hours when schools
    sleep in most places, and never on the full hour. Courses on their first days are learned from every hour.
    Recalculations and previews that a killed worker or a lost message left behind are looked for every minute, and
    so are LMSs that announce copied courses and were not asked for that yet.
    """

    def nightly_rosters() -> None:
        tasks.sync_rosters()

    def nightly_tidying() -> None:
        tasks.tidy()

    def nightly_keys() -> None:
        tasks.rotate_keys()

    def lost_recalculations() -> None:
        tasks.recalculate_lost()
        tasks.preview_lost()

    def nightly_calibration() -> None:
        tasks.calibrate_due("night")

    def hourly_calibration() -> None:
        tasks.calibrate_due("hour")

    def notices_of_new_installations() -> None:
        tasks.ask_for_notices()

    def nightly_grades() -> None:
        tasks.read_sources()

    def grades_given_up() -> None:
        tasks.resend_failed()

    queue.periodic_task(crontab(), name="lost_recalculations")(lost_recalculations)
    queue.periodic_task(crontab(), name="notices_of_new_installations")(notices_of_new_installations)
    queue.periodic_task(crontab(hour="2", minute="17"), name="nightly_rosters")(nightly_rosters)
    queue.periodic_task(crontab(hour="2", minute="47"), name="nightly_grades")(nightly_grades)
    queue.periodic_task(crontab(hour="3", minute="7"), name="nightly_tidying")(nightly_tidying)
    queue.periodic_task(crontab(hour="3", minute="37"), name="nightly_keys")(nightly_keys)
    queue.periodic_task(crontab(hour="4", minute="7"), name="nightly_calibration")(nightly_calibration)
    queue.periodic_task(crontab(hour="4", minute="37"), name="grades_given_up")(grades_given_up)
    queue.periodic_task(crontab(minute="47"), name="hourly_calibration")(hourly_calibration)
