"""Tests of the learning floor: pure values in, pure values out."""
