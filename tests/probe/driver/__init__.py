"""Tests of the half of the probe that starts, loads and trains programs."""
