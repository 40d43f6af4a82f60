"""Tests of the practice LMS, against a small tool written for them."""
