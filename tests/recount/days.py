"""Days, instants and ratios, as the registers print them."""

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
ONE = timedelta(days=1)


def day(text):
    """A day YYYY-MM-DD."""
    return date.fromisoformat(text)


def instant(text):
    """An RFC 3339 instant; before Python 3.11 the library reads no Z and no odd fractions."""
    text = text.replace("Z", "+00:00")
    if "." in text:
        whole, rest = text.split(".", 1)
        cut = next(i for i, c in enumerate(rest) if not c.isdigit())
        text = f"{whole}.{rest[:cut][:6]:0<6}{rest[cut:]}"
    return datetime.fromisoformat(text)


def day_of(text):
    """The Shanghai day of an instant, or the day itself where no more is known."""
    return day(text) if len(text) == 10 else instant(text).astimezone(SHANGHAI).date()


def days(first, last):
    """Every day from the first to the last, both included."""
    return [first + n * ONE for n in range((last - first).days + 1)]


def hundredths(part, base):
    """Hundredths of a per cent, cut off; None where there is no base."""
    return part * 10_000 // base if base else None


def percent(part, base):
    """Never rounded up: only all of them are 100 %."""
    parts = hundredths(part, base)
    if parts is None:
        return "—"
    return "100%" if part == base else f"{parts // 100}.{parts % 100:02}%"


def points(now, before):
    """The difference of two printed rates, each a pair of part and base."""
    now, before = hundredths(*now), hundredths(*before)
    if now is None or before is None:
        return "—"
    if now == before:
        return "0.00"
    gap = abs(now - before)
    return f"{'+' if before < now else '-'}{gap // 100}.{gap % 100:02}"


def latest(told, on):
    """Of (from, value) pairs the value that holds on a day: the latest begun, told last."""
    begun = [(since, n) for n, (since, _) in enumerate(told) if since <= on]
    return told[max(begun)[1]][1] if begun else None
