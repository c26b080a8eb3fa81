"""What schemathesis needs to know beside the OpenAPI document."""

import datetime

import schemathesis
from hypothesis import strategies

days = strategies.dates(datetime.date(2019, 1, 1), datetime.date(2021, 12, 31))
instants = strategies.datetimes(datetime.datetime(2019, 1, 1), datetime.datetime(2021, 12, 31))

# A position that the log has, so that nobody waits for it to come.
schemathesis.openapi.format("position", strategies.integers(1, 200).map(str))
schemathesis.openapi.format("etag", strategies.integers(1, 200).map(lambda version: f'"{version}"'))
schemathesis.openapi.format(
    "moment",
    days.map(datetime.date.isoformat) | instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S}Z"),
)
# What an answer gave; without one, from the beginning.
schemathesis.openapi.format("cursor", strategies.just(""))
# No pattern says what the check digit of a code is.
schemathesis.openapi.format(
    "unit",
    strategies.from_regex(r"^[a-z0-9][a-z0-9-]{0,63}\Z")
    | strategies.sampled_from(["500114106", "park-zy", "eic", "hrss", "91500114MAYY010106", "91500114MAYY010106~02"]),
)


@schemathesis.hook
def filter_headers(context, headers):
    """A control character in a header is no HTTP (RFC 9110 5.5): the library below ends it with a bare
    400 before there is a request."""
    return headers is None or all(
        isinstance(value, str) and all(letter >= " " and letter != "\x7f" for letter in value)
        for value in headers.values()
    )
