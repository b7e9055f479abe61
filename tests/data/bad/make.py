#!/usr/bin/env python3
"""Writes bad audio files into a folder, the same ones each time, from the good ones of tests/data; verdicts.json says
what is to become of each. Python 3.9 and its standard library suffice.

    make.py FOLDER [PORT]      PORT of 127.0.0.1 is where files that name an address name it (default: 9, discard)
"""

import pathlib
import sys

import damaged
import field
import headers
import no_audio
import protected
import references
import streams
import tags


def main(folder, port="9"):
    written = set()
    for files in (no_audio.files(), damaged.files(), tags.files(), headers.files(), streams.files(), protected.files(), field.files(),
                  references.files(int(port))):
        for name, content in files:
            if name in written:
                raise ValueError(f"two files are named {name}")
            written.add(name)
            (pathlib.Path(folder) / name).write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
