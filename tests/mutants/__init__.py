"""Puts one cut into a layer or model that others wrote, and asks whether the static half names its line."""
