"""The file that `aura report` writes."""

import pathlib
import subprocess
import tempfile

from browser import ARTIST, TITLE, BrowserTest
from workers import AURA, MUSIC


class Report(BrowserTest):
    def test_shows_a_track_without_a_server(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = pathlib.Path(folder.name) / "report.html"
        subprocess.run([AURA, "report", MUSIC / "mirror_ball.opus", "-o", file, "--title", TITLE, "--artist", ARTIST],
                       check=True, cwd=folder.name)
        for width, scheme in ((1100, "light"), (390, "dark")):
            page = self.open(file.as_uri(), width, scheme)
            self.shows_result(page, TITLE, ARTIST)
            self.fits(page)
            self.is_legible(page)
            self.screenshot(page, f"report-{width}-{scheme}")
