"""Cairn: mastery checks, playlists and trustworthy grades inside the LMS a school already has."""

__version__ = "0.1.0"
