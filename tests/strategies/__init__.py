"""Hypothesis strategies for histories and questions."""
