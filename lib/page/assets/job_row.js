'use strict';

/** A job in the list. */
{
  const {el, format} = aura;

  aura.JobRow = class {
    /** `retry(jobId)` queues the job anew, or throws why it can't be. */
    constructor(job, retry) {
      this.link = el('a', {href: `/jobs/${encodeURIComponent(job.jobId)}`});
      this.artist = el('span', {class: 'artist'});
      this.badge = el('span', {class: 'badge'});
      this.bar = aura.progressBar('Progress');
      this.time = el('time', {});
      this.reason = el('p', {class: 'reason'});
      this.retry = el('button', {type: 'button'}, 'Retry');
      this.refusal = '';
      this.retry.addEventListener('click', async () => {
        this.retry.disabled = true;
        try {
          await retry(this.job.jobId);
          this.refusal = '';
        } catch (error) {
          this.refusal = `The retry failed: ${error.message}`;
        }
        this.retry.disabled = false;
        this.show(this.job);
      });
      this.element = el('li', {},
        el('div', {class: 'job-name'}, this.link, this.artist), el('div', {class: 'job-state'}, this.badge, this.bar),
        this.time, this.reason, this.retry);
      this.show(job);
    }

    show(job) {
      this.job = job;
      const isFailed = job.status === 'failed';
      this.link.textContent = job.trackTitle || 'Untitled';
      this.artist.textContent = job.artistName;
      this.badge.textContent = format.state(job);
      this.badge.dataset.status = job.status;
      this.bar.value = job.progress;
      this.bar.hidden = job.status !== 'processing';
      this.time.textContent = format.moment(job.completedAt ?? job.createdAt);
      this.time.dateTime = job.completedAt ?? job.createdAt;
      this.time.title = job.completedAt ? 'ended' : 'submitted';
      this.reason.textContent = [job.errorMessage ?? 'The reason is unknown.', this.refusal].filter(Boolean).join(' · ');
      this.reason.hidden = !isFailed;
      this.retry.hidden = !isFailed;
      this.retry.setAttribute('aria-label', `Retry ${job.trackTitle || job.jobId}`);
    }
  };
}
