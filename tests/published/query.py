"""Addresses."""

import urllib.parse


def split(path):
    """The decoded segments of a path, and its parameters."""
    path, _, query = path.partition("?")
    segments = [urllib.parse.unquote(segment) for segment in path.strip("/").split("/")]
    return segments, urllib.parse.parse_qsl(query, keep_blank_values=True)


def matches(template, segments):
    """Whether segments are those of a template, in which some are {named}."""
    return len(template) == len(segments) and all(
        known.startswith("{") or known == given for known, given in zip(template, segments)
    )
