"""The file that `aura report` writes."""

import pathlib
import shutil
import subprocess
import tempfile

from playwright.sync_api import expect

from browser import ARTIST, TITLE, BrowserTest
from workers import AURA, MUSIC


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
