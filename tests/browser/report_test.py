"""The file that `aura report` writes."""

import json
import pathlib
import re
import subprocess
import tempfile

from playwright.sync_api import expect

from browser import ARTIST, INSIDE, TITLE, BrowserTest
from workers import AURA, MUSIC


# What a model hears: as a report has it, with text of an attacker's.
TAGS = {
    "tags": {
        "genre": [{"name": "rock", "score": 0.5, "over_time": [0.25, 0.75]},
                  {"name": TITLE, "score": 0.16, "over_time": [0.3, 0.02]}],
        "mood": [], "instruments": [{"name": "guitar", "score": 0.31, "over_time": [0.31, 0.31]}], "era": [],
        "starts": [0, 5.5], "model": "musicnn 0123", "patches": 2, "unclear": False,
    },
    "vocals": {"present": True, "score": 0.4, "voice": "female"},
}


class Report(BrowserTest):
    def written(self):
        """The file of a report."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = pathlib.Path(folder.name) / "report.html"
        subprocess.run([AURA, "report", MUSIC / "mirror_ball.opus", "-o", file, "--title", TITLE, "--artist", ARTIST,
                        "--no-models"], check=True, cwd=folder.name)
        return file

    def test_shows_a_track_without_a_server(self):
        file = self.written()
        for width, scheme in ((1100, "light"), (390, "dark")):
            page = self.open(file.as_uri(), width, scheme)
            self.shows_result(page, TITLE, ARTIST)
            self.fits(page)
            self.is_legible(page)
            self.screenshot(page, f"report-{width}-{scheme}")

    def test_shows_tags_as_hints_and_over_time(self):
        file = self.written()
        expect(self.open(file.as_uri()).locator(".tags, #taggram")).to_have_count(0)
        before, data, after = re.split(r'(?<=id="data">)(.*?)(?=</script>)', file.read_text(), maxsplit=1, flags=re.S)
        data = json.loads(data)
        data["report"] |= TAGS
        file.write_text(before + json.dumps(data).replace("<", "\\u003c") + after)
        for width, scheme in ((1100, "light"), (390, "dark")):
            page = self.open(file.as_uri(), width, scheme)
            section = page.locator("section[aria-labelledby=tags-title]")
            expect(section).to_contain_text("Hints by the neural model musicnn 0123, from 2 pieces of three seconds")
            expect(section).to_contain_text("Voice: a female voice is heard (0.40)")
            expect(section.locator("li")).to_have_text(["rock0.50", f"{TITLE}0.16", "guitar0.31"])
            expect(section.locator("li.weak")).to_have_text([f"{TITLE}0.16"])
            expect(section.get_by_text("unclear")).to_have_count(2)
            self.assertEqual(section.get_by_role("progressbar", name="rock").get_attribute("value"), "0.5")
            page.locator("#moment").fill("6")
            expect(page.locator(".readout")).to_contain_text("rock 0.75")
            drawn = page.locator("#taggram").evaluate(INSIDE)
            self.assertGreater(drawn["share"], 0.5)
            self.assertGreater(drawn["colors"], 3)
            self.fits(page)
            self.screenshot(page, f"tags-{width}-{scheme}")
