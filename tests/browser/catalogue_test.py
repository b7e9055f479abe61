"""The page of the catalogue, and what the page of a job shows of songs, as an operator and a musician use them."""

import json
import re

from browser import ARTIST, INSIDE, TITLE, expect
from service import ServiceTest

REFERENCE = {
    "title": TITLE, "similarity": 0.712,
    "tempo": {"bpm": 118, "difference_percent": -2.54},
    "key": {"key": "C", "scale": "major", "camelot": "8B"},
    "loudness": {"integrated": -10.3, "difference": 1.2},
    "spectrum": [{"hz": 63, "difference_db": 1.5}, {"hz": 1000, "difference_db": 0}, {"hz": 4000, "difference_db": -6.25}],
}
HITS = [
    {"song": TITLE, "artist": ARTIST, "year": 1999, "similarity": 0.912, "tempo_bpm": 119.24, "key": "B minor",
     "loudness_lufs": -8.2, "spotifyUrl": "https://open.spotify.com/track/1", "imageUrl": "javascript:alert(3)"},
    {"song": "Bare", "artist": "A", "year": None, "similarity": 0.5},
]


class Catalogue(ServiceTest):
    def insert(self, count, song="Song"):
        """Inserts songs that are named `song` and a number."""
        name = song.replace("'", "''")
        artist = ARTIST.replace("'", "''")
        self.execute(
            "INSERT INTO aura.catalogue (song, artist, year, genre, spotify_url, image_url, content_sha256, origin, tempo_bpm, "
            f"key, loudness_lufs) SELECT '{name} ' || i, '{artist}', 1990, 'Pop', 'https://open.spotify.com/track/' || i, "
            "'https://i.scdn.co/image/' || i, sha256(('s' || i)::bytea), 'https://h/?secret', 120.125, 'F# minor', -9.25 "
            f"FROM generate_series(1, {count}) i")

    def row(self, page, song):
        return page.locator("#songs li").filter(has=page.locator("strong", has_text=re.compile(f"^{re.escape(song)}$")))

    def test_adds_finds_and_removes_a_song(self):
        job_id = self.completed("Night Train to Lyon")
        self.insert(1, "Other")
        page = self.open(f"{self.worker.url}/jobs/{job_id}")
        page.get_by_role("button", name="Add to the catalogue").click()
        expect(page.locator("#add")).to_contain_text("Added: later tracks are compared with this one.")
        expect(page.get_by_role("button", name="Add to the catalogue")).to_be_disabled()
        page.locator("#add").get_by_role("link", name="Catalogue").click()
        row = self.row(page, "Night Train to Lyon")
        expect(row).to_contain_text("AURA House Band")
        expect(row.locator(".song-facts")).to_contain_text(re.compile(r"[\d.]+ BPM · \S+ (major|minor) · −[\d.]+ LUFS"))
        expect(page.locator("#index")).to_contain_text("song")
        expect(self.row(page, "Other 1")).to_be_visible()

        page.get_by_label("Song or artist").fill("TRAIN")
        page.get_by_role("button", name="Search").click()
        expect(self.row(page, "Other 1")).to_have_count(0)
        expect(row).to_be_visible()
        self.assertTrue(page.url.endswith("/catalogue?search=TRAIN"))
        page.reload()
        expect(page.get_by_label("Song or artist")).to_have_value("TRAIN")
        expect(row).to_be_visible()

        row.get_by_role("button").click()
        expect(page.locator("#confirm")).to_contain_text("Remove “Night Train to Lyon” by AURA House Band")
        page.get_by_role("button", name="Keep").click()
        expect(row).to_be_visible()
        row.get_by_role("button").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        expect(page.locator("#told")).to_have_text("Removed: Night Train to Lyon")
        expect(row).to_have_count(0)
        expect(page.locator("#none-found")).to_have_text("No song or artist contains “TRAIN”.")
        expect(page.get_by_label("Song or artist")).to_be_focused()
        self.assertEqual(self.execute("SELECT song FROM aura.catalogue WHERE removed_at IS NULL"), "Other 1")

    def test_says_how_songs_get_in(self):
        page = self.open(f"{self.worker.url}/catalogue")
        expect(page.locator("#no-songs")).to_contain_text("aura catalogue import FILE.csv")
        expect(page.locator("#songs li")).to_have_count(0)
        expect(page.get_by_role("button", name="More")).to_be_hidden()
        page.get_by_role("link", name="Queue").click()
        page.get_by_role("link", name="Catalogue").click()
        expect(page.get_by_role("heading", name="Catalogue", level=1)).to_be_visible()

    def test_says_why_a_track_cannot_be_added(self):
        job_id = self.completed()
        self.execute("DELETE FROM aura.measurement")
        page = self.open(f"{self.worker.url}/jobs/{job_id}")
        page.get_by_role("button", name="Add to the catalogue").click()
        expect(page.locator("#add")).to_contain_text("analyse the track again")
        expect(page.get_by_role("button", name="Add to the catalogue")).to_be_enabled()
        self.faults.clear()  # the browser reports the 410 and the pictures' 404

    def test_shows_songs_page_by_page_at_any_width_and_in_the_dark(self):
        self.insert(60, TITLE)
        for width, scheme in ((1100, "light"), (390, "dark")):
            page = self.open(f"{self.worker.url}/catalogue", width, scheme)
            expect(page.locator("#songs li")).to_have_count(50)
            row = self.row(page, f"{TITLE} 60")
            expect(row.locator(".artist")).to_have_text(f"{ARTIST}, 1990")
            expect(row.locator(".song-facts")).to_have_text("Pop · 120.1 BPM · F# minor · −9.3 LUFS")
            link = row.get_by_role("link", name="Spotify")
            self.assertEqual(link.get_attribute("href"), "https://open.spotify.com/track/60")
            self.assertIn("noopener", link.get_attribute("rel"))
            self.fits(page)
            self.is_legible(page)
            self.screenshot(page, f"catalogue-{width}-{scheme}")
            page.get_by_role("button", name="More").click()
            expect(page.locator("#songs li")).to_have_count(60)
            expect(page.get_by_role("button", name="More")).to_be_hidden()
            expect(self.row(page, f"{TITLE} 10").get_by_role("button")).to_be_focused()
            self.assertEqual(page.locator("main img, main script").count(), 0)

    def test_works_with_a_keyboard_alone(self):
        self.insert(3)
        page = self.open(f"{self.worker.url}/catalogue")
        button = self.row(page, "Song 2").get_by_role("button")
        expect(button).to_be_visible()
        for _ in range(30):
            page.keyboard.press("Tab")
            if button.evaluate("element => element === document.activeElement"):
                break
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Keep")).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(self.row(page, "Song 2")).to_have_count(0)
        expect(self.row(page, "Song 1").get_by_role("button")).to_be_focused()

    def test_shows_hits_and_the_reference_beside_the_track(self):
        job_id = self.completed()
        added = json.dumps({"similar_hits": HITS, "reference": REFERENCE}).replace("'", "''")
        self.execute(f"UPDATE \"AuraAnalysis\" SET \"fullReport\" = \"fullReport\" || '{added}'")
        for width, scheme in ((1100, "light"), (390, "dark")):
            page = self.open(f"{self.worker.url}/jobs/{job_id}", width, scheme)
            rows = page.locator(".similar tbody tr")
            expect(rows).to_have_count(3)
            expect(rows.nth(0)).to_contain_text(re.compile("This track.*BPM.*LUFS"))
            expect(rows.nth(1).locator("th")).to_have_text(f"{TITLE} {ARTIST}, 1999 · Spotify")
            for index, text in enumerate(["91 %", "119.2 BPM", "B minor", "−8.2 LUFS"]):
                expect(rows.nth(1).locator("td").nth(index)).to_have_text(text)
            expect(rows.nth(2).locator("td").nth(1)).to_have_text("–")
            expect(rows.get_by_role("link")).to_have_count(1)  # the image's is no https
            reference = page.locator("section", has=page.get_by_role("heading", name="Beside the reference track"))
            for text in (TITLE, "71 %", "2.5 % slower", "1.2 LU louder", "most above at 63 Hz (+1.5 dB)",
                         "most below at 4 kHz (−6.3 dB)"):
                expect(reference).to_contain_text(text)
            self.assertGreater(page.locator("#reference-spectrum").evaluate(INSIDE)["share"], 0.01)
            self.fits(page)
            self.screenshot(page, f"hits-{width}-{scheme}")

    def test_omits_what_a_report_lacks(self):
        job_id = self.completed()
        self.execute("UPDATE \"AuraAnalysis\" SET \"fullReport\" = \"fullReport\" || "
                     "'{\"similar_hits\": [], \"reference\": {\"similarity\": 1, \"spectrum\": null}}'")
        page = self.open(f"{self.worker.url}/jobs/{job_id}")
        expect(page.locator("#similar-title + p")).to_have_text(
            "None: there is no catalogue, or nothing in it is near this track.")
        expect(page.locator("#reference-title + .tiles")).to_have_text("Similarity100 %")
        expect(page.locator("#reference-spectrum")).to_have_count(0)
