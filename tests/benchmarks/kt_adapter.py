"""`CairnPredictor`: the product's response model for outside benchmarks of next-response prediction.

`fit(frame)` and `predict(frame)` take columns by name, as a pandas frame or a dictionary of arrays, sorted by learner
and position: `user`, `item`, `skills` (joined by `~`), `ts` (seconds), `correct` and, if there, `hints`. Nothing
happens here but renaming: calibration and prediction are the product's own. pandas is needed only by whoever calls
this.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lti_tool.learning.answers import Answers
from lti_tool.learning.calibration import calibrate, predictions
from lti_tool.learning.course_answers import CourseAnswers
from lti_tool.learning.ids import ItemId, SkillId
from lti_tool.learning.response_features import Vector
from lti_tool.learning.response_parameters import SHIPPED, Parameters


class CairnPredictor:
    """Shipped parameters, calibrated on the training answers, then online prediction learner by learner."""

    def __init__(self) -> None:
        self.parameters: Parameters = SHIPPED

    def fit(self, frame: Any) -> None:
        """Calibrate on the answers of the frame."""
        self.parameters = calibrate(course_of(frame), SHIPPED).parameters

    def predict(self, frame: Any) -> Vector:
        """The chance of each row to be right, from that learner's earlier rows."""
        return predictions(course_of(frame), self.parameters)


def course_of(frame: Any) -> CourseAnswers:
    """A frame as the product's answers, also one without rows. Rows that name no skill share one."""
    of_row, sets = _numbered(frame["skills"])
    rows = len(of_row)
    parts = [tuple(dict.fromkeys(str(joined).split("~"))) for joined in sets]
    skills = sorted({key for one in parts for key in one})
    code = {key: place for place, key in enumerate(skills)}
    size = np.array([len(one) for one in parts], dtype=np.int64)
    flat = np.array([code[key] for one in parts for key in one], dtype=np.int64)
    each = size[of_row]
    row = np.repeat(np.arange(rows), each)
    inside = np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    item, items = _numbered(frame["item"])
    answers = Answers(
        learner=_numbered(frame["user"])[0],
        item=item,
        row=row,
        skill=flat[(np.cumsum(size) - size)[of_row][row] + inside],
        worth=np.asarray(frame["correct"], dtype=float),
        hints=np.asarray(frame["hints"], dtype=float) if "hints" in frame else np.zeros(rows),
        at=np.asarray(frame["ts"], dtype=float) if "ts" in frame else np.zeros(rows),
    )
    return CourseAnswers(
        answers=answers,
        skills=tuple(map(SkillId, skills)),
        items=tuple(ItemId(str(one)) for one in items),
        stated=np.zeros(len(items)),
    )


def _numbered(column: Any) -> tuple[NDArray[np.int64], list[Any]]:
    """Each value's number, from 0 in the order of appearance, and the values. What is missing is an empty text; frames
    write it as None, or as NaN or NA, which do not equal themselves."""
    if hasattr(column, "factorize"):  # a frame counts its own column five times as fast
        of_row, values = column.factorize(use_na_sentinel=False)
        values = values.tolist()
    else:
        values = column.tolist() if hasattr(column, "tolist") else column
        of_row = np.arange(len(values))
    numbers: dict[Any, int] = {}
    codes = [
        numbers.setdefault(one if one is not None and (one == one) is True else "", len(numbers)) for one in values
    ]
    return np.array(codes, dtype=np.int64)[of_row], list(numbers)
