'use strict';

{
  const {api, el, format} = aura;
  const find = (id) => document.getElementById(id);
  const kLookEveryMs = 1000;
  const jobId = decodeURIComponent(location.pathname.split('/').at(-1));

  const bar = aura.progressBar('Progress of this job');
  const told = el('p', {class: 'step', role: 'status'});
  const left = el('p', {class: 'note'});
  const reason = el('p', {class: 'reason'});
  const retry = el('button', {type: 'button', class: 'primary'}, 'Retry');
  find('state').append(told, bar, left, reason, retry);

  const trouble = (error) => aura.say(find('trouble'), error?.message ?? '');

  const tell = (element, text) => {
    aura.say(element, text);
    element.hidden = text === '';
  };

  const showState = (job) => {
    const {status, estimatedTimeRemaining: seconds, nextAttemptAt} = job;
    const isFailed = status === 'failed';
    document.title = `${job.trackTitle} – AURA`;
    find('title').textContent = job.trackTitle || 'Untitled';
    find('artist').textContent = job.artistName;
    find('state').hidden = status === 'completed';
    tell(told, {queued: 'Waiting in the queue', failed: 'Failed'}[status] ?? format.state(job));
    bar.value = job.progress;
    bar.hidden = isFailed;
    tell(left, status === 'processing' && seconds ? `about ${format.words(seconds, 'second', 'seconds')} left`
      : nextAttemptAt ? `next attempt at ${format.moment(nextAttemptAt)}` : '');
    tell(reason, job.errorMessage && status !== 'completed' ? job.errorMessage : '');
    retry.hidden = !isFailed;
  };

  const showResult = async (job) => {
    const [result, pictures] = await Promise.all([api.result(jobId), api.pictures(jobId)]);
    const facts = [
      result.genre, result.completedAt && `analysed ${format.moment(result.completedAt)}`,
      result.processingTime && `in ${format.took(result.processingTime)}`,
      job.measuredBefore && `measured before, on ${job.measuredBefore}`,
    ];
    find('facts').replaceChildren(...facts.filter(Boolean).map((fact) => `${fact} · `),
      aura.outsideLink(result.audioUrl, 'audio file'));
    if (job.report) {
      aura.showResult(find('result'), job.report, pictures);
      offerToAdd();
    } else trouble({message: 'This job is completed, but its row has no report: submit the track again.'});
  };

  /** Offers to add the track to the catalogue. */
  const offerToAdd = () => {
    const [button, told] = find('add').children;
    find('add').hidden = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      told.textContent = 'Adding …';
      try {
        await api.addSong(jobId);
        told.replaceChildren('Added: later tracks are compared with this one. ', el('a', {href: '/catalogue'}, 'Catalogue'));
      } catch (error) {
        told.textContent = error.message;
        button.disabled = false;
      }
    });
  };

  /** Shows how the job is, again and again until it has ended. */
  const follow = async () => {
    let goesOn = false;
    try {
      const job = await api.job(jobId);
      showState(job);
      trouble(null);
      if (job.status === 'completed') await showResult(job);
      goesOn = job.status === 'queued' || job.status === 'processing';
    } catch (error) {
      trouble(error);
      // 409: somebody has set it back since.
      goesOn = error.status === 0 || error.status === 409 || error.status >= 500;
    }
    if (goesOn) setTimeout(follow, kLookEveryMs);
  };

  retry.addEventListener('click', async () => {
    retry.disabled = true;
    try {
      await api.retry(jobId);
      follow();
    } catch (error) {
      trouble(error);
      if (error.status === 409) follow();  // it is no longer as it is shown
    } finally {
      retry.disabled = false;
    }
  });
  follow();
}
