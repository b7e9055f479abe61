"""The text of a file of fitted weights, which lib/dsp/CMakeLists.txt checks and embeds."""

import hashlib

VERSION = 1  # of the rows and of what their numbers are for; the code that reads them asserts it


def weights_text(comments, rows, version=VERSION):
    """`comments` are lines of text; `rows` are pairs of a name and the row's numbers, as strings."""
    head = "".join(f"# {line}\n" for line in comments)
    body = "".join(f"{name} {' '.join(numbers)}\n" for name, numbers in rows)
    return f"{head}version {version}\nsha256 {hashlib.sha256(body.encode()).hexdigest()}\n{body}"
