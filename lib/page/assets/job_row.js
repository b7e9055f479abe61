'use strict';

/** A job in the list. */
{
  const {el, format} = aura;

  aura.JobRow = class {
    /** `retry(jobId)` queues the job anew. */
    constructor(job, retry) {
      this.link = el('a', {href: `/jobs/${encodeURIComponent(job.jobId)}`});
      this.artist = el('span', {class: 'artist'});
      this.badge = el('span', {class: 'badge'});
      this.bar = aura.progressBar('Progress');
      this.time = el('time', {});
      this.reason = el('p', {class: 'reason'});
      this.retry = el('button', {type: 'button'}, 'Retry');
      this.retry.addEventListener('click', () => retry(this.job.jobId, this.retry));
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
      this.reason.textContent = isFailed ? job.errorMessage ?? 'It is not known why.' : '';
      this.reason.hidden = !isFailed;
      this.retry.hidden = !isFailed;
      this.retry.setAttribute('aria-label', `Retry ${job.trackTitle || job.jobId}`);
    }
  };
}
