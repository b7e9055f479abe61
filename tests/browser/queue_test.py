"""The page of the queue and of a job, as a musician and an operator use them."""

import json
import re
import subprocess

from browser import ARTIST, INSIDE, TITLE, expect
from service import ServiceTest
from workers import AURA, Worker

TOKEN = "correct-horse-battery-staple"


class Queue(ServiceTest):
    def row(self, page, title):
        return page.locator("#jobs li").filter(has=page.get_by_role("link", name=title, exact=True)).first

    def test_submits_a_track_and_watches_it(self):
        self.tracks.gate.clear()
        page = self.open(self.worker.url)
        expect(page.locator("#connection")).to_have_text("Live")
        page.get_by_text("Analyse a track").click()
        for label, text in (("Link to the audio file", self.tracks.url("long.mp3")), ("Title", TITLE), ("Artist", ARTIST),
                            ("User ID", "<b>me</b>"), ("Genre", "Rock"), ("Lyrics", "la " * 200)):
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("#submitted")).to_have_text(f"Queued: {TITLE}")
        row = self.row(page, TITLE)
        expect(row.locator(".artist")).to_have_text(ARTIST)
        expect(row.locator(".badge")).to_have_text("0 % · Downloading")
        job = self.open(self.worker.url + row.get_by_role("link").get_attribute("href"))
        expect(job.locator(".step")).to_have_text("0 % · Downloading")
        self.tracks.gate.set()
        # Decoding half an hour takes seconds: long enough to be seen by who looks once a second.
        expect(row.locator(".badge")).to_have_text("10 % · Decoding")
        expect(row.locator("progress")).to_have_js_property("value", 10)
        self.screenshot(page, "queue-processing")
        expect(job.locator(".step")).to_have_text("10 % · Decoding")
        self.screenshot(job, "job-processing")
        expect(row.locator(".badge")).to_have_text("completed", timeout=60_000)
        self.shows_result(job, TITLE, ARTIST)  # without a reload
        expect(job.locator(".parts")).to_contain_text("200 words")
        self.screenshot(job, "job-hostile")
        row.get_by_role("link").click()
        self.shows_result(page, TITLE, ARTIST)

    def test_tells_of_jobs_that_are_set_aside(self):
        page = self.open(self.worker.url)
        expect(page.locator("#count-queued")).to_have_text("0")
        expect(page.locator("#set-aside")).to_be_hidden()
        self.execute("CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed'; END $$; "
                     'CREATE TRIGGER guard BEFORE UPDATE ON "AuraAnalysis" FOR EACH ROW EXECUTE FUNCTION guard()')
        self.addCleanup(self.execute, "DROP FUNCTION guard CASCADE")
        self.enqueue("night_train.ogg", "Night Train to Lyon")
        expect(page.locator("#set-aside")).to_contain_text("Set aside: 1.", timeout=30_000)

    def test_retries_a_failure(self):
        self.tracks.failing = {"lake_waltz.wav"}
        self.enqueue("lake_waltz.wav", "Lake <i>Waltz</i>", "Ida Fennmark")
        page = self.open(self.worker.url)
        row = self.row(page, "Lake <i>Waltz</i>")
        expect(row.locator(".badge")).to_have_text("failed")
        expect(row.locator(".reason")).to_contain_text("404")
        self.screenshot(page, "queue-failed")
        self.tracks.failing = set()
        row.get_by_role("button", name="Retry").click()
        expect(row.locator(".badge")).to_have_text("completed")
        expect(row.locator(".reason")).to_be_hidden()

    def test_shows_jobs_by_their_status_page_by_page(self):
        self.completed()
        self.enqueue("missing.mp3", "Missing")
        page = self.open(self.worker.url)
        expect(self.row(page, "Missing").locator(".badge")).to_have_text("failed")
        page.get_by_role("button", name="Failed").click()
        expect(self.row(page, "Night Train to Lyon")).to_have_count(0)
        expect(self.row(page, "Missing")).to_be_visible()
        self.assertTrue(page.url.endswith("?status=failed"))
        page.reload()
        expect(page.get_by_role("button", name="Failed")).to_have_attribute("aria-pressed", "true")
        expect(self.row(page, "Missing")).to_be_visible()
        urls = [self.tracks.url("missing.mp3")] * 60
        subprocess.run([AURA, "enqueue", *urls, "--title", "Many", "--artist", "A"], check=True, capture_output=True)
        page.get_by_role("button", name="All").click()
        page.get_by_role("button", name="More").click()
        expect(self.row(page, "Night Train to Lyon")).to_be_visible()
        self.enqueue("missing.mp3", "Latest")
        expect(self.row(page, "Latest")).to_be_visible()
        expect(self.row(page, "Night Train to Lyon")).to_be_visible()

    def test_tells_when_the_worker_is_gone(self):
        worker = Worker()
        page = self.open(worker.url)
        expect(page.locator("#connection")).to_have_text("Live")
        worker.close()
        expect(page.locator("#connection")).to_contain_text("Not connected")
        self.faults.clear()  # the browser says so too

    def test_shows_a_result_at_any_width_and_in_the_dark(self):
        job_id = self.completed()
        for width, scheme in ((1100, "light"), (1100, "dark"), (390, "light"), (390, "dark")):
            page = self.open(f"{self.worker.url}/jobs/{job_id}", width, scheme)
            self.shows_result(page, "Night Train to Lyon", "AURA House Band")
            self.fits(page)
            self.is_legible(page)
            self.screenshot(page, f"job-{width}-{scheme}")
            queue = self.open(self.worker.url, width, scheme)
            expect(self.row(queue, "Night Train to Lyon")).to_be_visible()
            expect(queue.locator("#count-completed")).to_have_text("1")
            expect(queue.locator("#throughput")).to_have_attribute("aria-label", re.compile("completed and .* failed"))
            self.assertGreater(queue.locator("#throughput").evaluate(INSIDE)["colors"], 2)
            self.fits(queue)
            self.screenshot(queue, f"queue-{width}-{scheme}")

    def test_works_with_a_keyboard_alone(self):
        self.completed("By keyboard")
        page = self.open(self.worker.url)
        expect(self.row(page, "By keyboard")).to_be_visible()

        def tab_to(locator):
            for _ in range(60):
                page.keyboard.press("Tab")
                if locator.evaluate("element => element === document.activeElement"):
                    return
            self.fail(f"no way to {locator}")

        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        tab_to(page.get_by_role("button", name="Completed"))
        page.keyboard.press("Enter")
        link = self.row(page, "By keyboard").get_by_role("link")
        expect(link).to_be_visible()
        tab_to(link)
        self.assertNotEqual(link.evaluate("element => getComputedStyle(element).outlineStyle"), "none")
        page.keyboard.press("Enter")
        slider = page.get_by_role("slider", name="Look at a moment")
        expect(slider).to_be_visible()
        tab_to(slider)
        page.keyboard.press("End")
        expect(page.locator(".readout")).to_contain_text("0:15.9")
        page.keyboard.press("Home")
        expect(page.locator(".readout")).to_contain_text("0:00.0")

    def test_is_for_who_knows_the_token(self):
        worker = Worker(AURA_API_TOKEN=TOKEN)
        self.addCleanup(worker.close)
        job_id = self.completed()
        page = self.open(worker.url, http_credentials={"username": "anybody", "password": TOKEN})
        expect(page.locator("#connection")).to_have_text("Live")
        page.goto(f"{worker.url}/jobs/{job_id}")
        self.shows_result(page, "Night Train to Lyon", "AURA House Band")
        stranger = self.open("about:blank")
        self.assertEqual(stranger.context.request.get(worker.url).status, 401)

    def test_shows_what_an_older_row_has(self):
        job_id = self.completed("From another worker")
        report = {"hit_factor": 72, "scores": {"audio": 85, "lyrics": 50, "brand": 75, "market": 70}, "recommendations": [],
                  "similar_hits": [{"song": "<u>S</u>", "artist": "A", "year": 1999, "similarity": 0.5}],
                  "model_version": "<b>1</b>", "features": {"tempo": 120.5, "rms_mean": 0.1}}
        self.execute(f"UPDATE \"AuraAnalysis\" SET \"fullReport\" = '{json.dumps(report)}'; DELETE FROM aura.pictures; "
                     "DELETE FROM aura.measurement WHERE part = 'pictures'")
        page = self.open(f"{self.worker.url}/jobs/{job_id}")
        expect(page.get_by_role("img", name="Hit Factor 72 of 100")).to_be_visible()
        expect(page.locator(".tiles")).to_contain_text("librosa's tempo120.5 BPM")
        expect(page.locator(".similar")).to_have_count(0)
        expect(page.locator("#similar-title + p")).to_contain_text("another program wrote this report, and its 1 hit does")
        expect(page.locator("#pictures-title + p")).to_contain_text("No pictures")
        self.assertEqual(len(self.faults), 1)
        self.assertIn("404", self.faults.pop())  # of the pictures, which the browser reports

    def test_redraws_when_the_scheme_changes(self):
        page = self.open(f"{self.worker.url}/jobs/{self.completed()}")
        self.shows_result(page, "Night Train to Lyon", "AURA House Band")
        pictures = ["waveform", "onset", "mfcc", "scores", "tempo"]
        light = [page.locator(f"#{each}").evaluate("canvas => canvas.toDataURL()") for each in pictures]
        page.emulate_media(color_scheme="dark")
        for each, before in zip(pictures, light):
            page.wait_for_function("([id, before]) => document.getElementById(id).toDataURL() !== before",
                                   arg=[each, before])

    def test_says_that_there_is_no_such_job(self):
        page = self.open(f"{self.worker.url}/jobs/none")
        expect(page.get_by_role("alert")).to_have_text("there is no such job")
        self.faults.clear()  # the browser reports the 404
