"""A browser beside a worker and its database."""

import os
import subprocess

from browser import BrowserTest
from workers import AURA, PATIENCE_S, Tracks, Worker


class ServiceTest(BrowserTest):
    """Each test begins without jobs and songs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run([AURA, "migrate", "--with-queue-table"], check=True, capture_output=True)
        cls.tracks = Tracks()
        cls.addClassCleanup(cls.tracks.close)
        cls.worker = Worker(WORKER_THREADS="2")
        cls.addClassCleanup(cls.worker.close)

    def setUp(self):
        super().setUp()
        self.execute('DELETE FROM "AuraAnalysis"; DELETE FROM aura.catalogue')

    def execute(self, sql):
        """The rows of the last statement, as text."""
        return subprocess.run(["psql", "-XqAt", os.environ["DATABASE_URL"], "-c", sql], check=True, capture_output=True,
                              text=True).stdout.strip()

    def enqueue(self, name, title, artist="Artist"):
        return subprocess.run([AURA, "enqueue", self.tracks.url(name), "--title", title, "--artist", artist], check=True,
                              capture_output=True, text=True).stdout.strip()

    def completed(self, title="Night Train to Lyon"):
        """The jobId of a job that is completed."""
        job_id = self.enqueue("night_train.ogg", title, "AURA House Band")
        subprocess.run([AURA, "status", "--wait", job_id], check=True, capture_output=True, timeout=PATIENCE_S)
        return job_id
