"""One file per LMS: the habits that matter."""
