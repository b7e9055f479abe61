"""The file that `aura report` writes."""

import json
import pathlib
import re
import shutil
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

# Waits for a condition of the player. (Playwright's own way evaluates text, which the page's policy forbids.)
WHEN = """([event, condition]) => new Promise((resolve, reject) => {
  const audio = document.getElementById('audio');
  const look = () => ({known: audio.readyState > 0, plays: audio.currentTime > 0.3, rests: audio.paused})[condition]
    ? resolve() : audio.addEventListener(event, look, {once: true});
  setTimeout(() => reject(new Error(`no ${event}: ${audio.error?.message}`)), 30000);
  look();
})"""


class Report(BrowserTest):
    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def plays(self, page):
        """The player, the pictures and the slider go to a moment together, and the track plays."""
        page.evaluate(WHEN, ["loadedmetadata", "known"])
        duration = page.evaluate("document.getElementById('audio').duration")
        at = "document.getElementById('audio').currentTime"
        waveform = page.locator("#waveform")
        waveform.scroll_into_view_if_needed()
        box = waveform.bounding_box()
        # The margins of a picture are those of picture.js.
        inside = box["width"] - 52 - 10
        waveform.click(position={"x": 52 + inside / 2, "y": 60})
        self.assertAlmostEqual(page.evaluate(at), duration / 2, delta=duration / inside + 0.1)
        expect(page.locator(".playhead").first).to_be_visible()
        head = page.locator(".playhead").first.bounding_box()
        self.assertAlmostEqual(head["x"] + 1 - box["x"], 52 + inside / 2, delta=3)
        # By keyboard: Home goes to the start, Space plays and pauses.
        slider = page.get_by_label("Look at a moment")
        slider.focus()
        slider.press("Home")
        self.assertLess(page.evaluate(at), 0.1)
        slider.press(" ")
        page.evaluate(WHEN, ["timeupdate", "plays"])
        slider.press(" ")
        page.evaluate(WHEN, ["pause", "rests"])
        expect(page.locator("#audio-note")).to_have_text("")

    def test_plays_an_embedded_track(self):
        folder = self.folder()
        subprocess.run([AURA, "report", MUSIC / "mirror_ball.opus", "-o", "report.html", "--audio", "embed"], check=True,
                       cwd=folder)
        page = self.open((folder / "report.html").as_uri(), 390)
        self.plays(page)
        self.fits(page)
        self.screenshot(page, "report-player")

    def test_plays_a_track_beside_the_page(self):
        folder = self.folder()
        (folder / "pages").mkdir()
        shutil.copy(MUSIC / "night_train.ogg", folder / "a 100% \"#1\"?.ogg")
        subprocess.run([AURA, "report", "a 100% \"#1\"?.ogg", "-o", "pages/report.html", "--audio", "link"], check=True,
                       cwd=folder)
        self.plays(self.open((folder / "pages/report.html").as_uri(), also=folder.as_uri()))

    def test_says_if_the_track_is_gone(self):
        folder = self.folder()
        shutil.copy(MUSIC / "night_train.ogg", folder / "a.ogg")
        subprocess.run([AURA, "report", "a.ogg", "-o", "report.html", "--audio", "link"], check=True, cwd=folder)
        (folder / "a.ogg").unlink()
        page = self.open((folder / "report.html").as_uri(), also=folder.as_uri())
        expect(page.locator("#audio-note")).to_contain_text("its file is no longer where it was")
        # Chromium itself tells of the missing file.
        self.faults = [fault for fault in self.faults if "ERR_FILE_NOT_FOUND" not in fault]

    def written(self):
        """The file of a report."""
        file = self.folder() / "report.html"
        subprocess.run([AURA, "report", MUSIC / "mirror_ball.opus", "-o", file, "--title", TITLE, "--artist", ARTIST,
                        "--no-models"], check=True, cwd=file.parent)
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
            page.locator("#moment").evaluate("(slider) => { slider.value = 6; slider.dispatchEvent(new Event('input')); }")
            expect(page.locator(".readout")).to_contain_text("rock 0.75")
            drawn = page.locator("#taggram").evaluate(INSIDE)
            self.assertGreater(drawn["share"], 0.5)
            self.assertGreater(drawn["colors"], 3)
            self.fits(page)
            self.screenshot(page, f"tags-{width}-{scheme}")
