"""A browser that notes whatever a page must not do, and what tests ask of pages."""

import os
import pathlib
import re
import unittest

from playwright.sync_api import expect, sync_playwright

SCREENSHOTS = pathlib.Path(os.environ["SCREENSHOTS"])
TITLE = "<img src=x onerror=alert(1)>"
ARTIST = "\"O'Brien\" & </script><script>alert(2)</script>"

expect.set_options(timeout=30_000)

# How much of a picture's inside is painted, 0 to 1, and with how many colours. The margins are the axes'.
INSIDE = """canvas => {
  const [left, bottom] = [54, 26];
  const [width, height] = [canvas.width - left - 12, canvas.height - bottom - 10];
  const {data} = canvas.getContext('2d').getImageData(left, 10, width, height);
  const colors = new Set();
  let painted = 0;
  for (let i = 0; i < data.length; i += 4) {
    painted += data[i + 3] > 0;
    colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  }
  return {share: painted / (width * height), colors: colors.size};
}"""


class BrowserTest(unittest.TestCase):
    """Each test has a fresh context; afterwards none of its pages may have misbehaved."""

    @classmethod
    def setUpClass(cls):
        cls._playwright = sync_playwright().start()
        cls.addClassCleanup(cls._playwright.stop)
        # Chromium's own sandbox can't be had by root; it opens our own pages alone.
        cls._browser = cls._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        cls.addClassCleanup(cls._browser.close)

    def setUp(self):
        self.faults = []

    def tearDown(self):
        self.assertEqual(self.faults, [])

    def open(self, url, width=1100, scheme="light", also=None, **options):
        """A page at `url`, whose origin is all that it may ask, and what begins with `also`."""
        context = self._browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, **options)
        self.addCleanup(context.close)
        context.add_init_script("addEventListener('securitypolicyviolation', "
                                "event => console.error('policy:', event.violatedDirective, event.blockedURI))")
        page = context.new_page()
        page.on("console", lambda message: message.type in ("error", "warning") and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        origin = url if url.startswith("file:") else "/".join(url.split("/")[:3]) + "/"
        allowed = (origin, "data:") + ((also,) if also else ())
        page.on("request", lambda request: request.url.startswith(allowed) or
                self.faults.append(f"request to {request.url}"))
        page.goto(url)
        return page

    def screenshot(self, page, name):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def fits(self, page):
        """Nothing makes the page wider than the window."""
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), page.viewport_size["width"])

    def is_legible(self, page):
        """Text has the contrast that WCAG AA asks for, 4.5."""
        pairs = [("ink", "page"), ("ink", "surface"), ("muted", "page"), ("muted", "surface"), ("accent", "surface"),
                 ("accent", "page"), ("on-accent", "accent"), ("accent", "accent-faint"), ("danger", "surface"),
                 ("danger", "danger-faint")]
        for text, ground in pairs:
            shades = [luminance(page.evaluate(f"aura.color('{name}')")) for name in (text, ground)]
            dark, light = sorted(shades)
            self.assertGreaterEqual((light + 0.05) / (dark + 0.05), 4.5, f"{text} on {ground}")

    def shows_result(self, page, title, artist):
        """All of a result is there, with every picture drawn."""
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator("#artist")).to_contain_text(artist)
        expect(page.get_by_role("img", name="Hit Factor")).to_be_visible()
        for heading in ("Parts of the Hit Factor", "At a glance", "Recommendations", "Tempo candidates", "Similar hits"):
            expect(page.get_by_role("heading", name=heading)).to_be_visible()
        tiles = page.locator(".tiles").first
        expect(tiles).to_contain_text(re.compile(r"Key.*\d+ % sure.*Camelot \d+[AB], Open Key \d+[dm]or .* \(\d+ %\)"))
        expect(tiles).to_contain_text(re.compile(r"Tempo[\d.]+ BPM(uncertain: )?\d+ % sure"))
        # At least so much of each must be painted: a curve is thin, a map fills its frame.
        for picture, share in (("waveform", 0.05), ("spectrogram", 0.99), ("onset", 0.01), ("mfcc", 0.99)):
            canvas = page.locator(f"#{picture}")
            canvas.scroll_into_view_if_needed()
            self.assertTrue(canvas.get_attribute("aria-label"))
            inside = canvas.evaluate(INSIDE)
            self.assertGreaterEqual(inside["share"], share, picture)
            self.assertGreaterEqual(inside["colors"], 30 if share > 0.9 else 2, picture)
        for chart in ("scores", "tempo"):
            self.assertGreater(page.locator(f"#{chart}").evaluate(INSIDE)["share"], 0.01, chart)
        self.assertEqual(page.locator("main img, main script").count(), 0)


def luminance(color):
    """Of #rrggbb, as WCAG 2 defines it."""
    parts = [int(color[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
