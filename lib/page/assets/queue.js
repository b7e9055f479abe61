'use strict';

{
  const {api, format} = aura;
  const find = (id) => document.getElementById(id);
  const kStatuses = ['queued', 'processing', 'completed', 'failed'];
  const kLookEveryMs = 5000;
  const kCountedTo = 100_000;

  const rows = new Map();  // of those in the list, by jobId
  const chart = aura.throughputChart();
  let known = '';  // the summary that the list is as new as
  let status = new URLSearchParams(location.search).get('status') ?? '';
  let cursor = null;  // of the page after those in the list
  let isLonger = false;  // whether more than the first page is in the list
  if (!kStatuses.includes(status)) status = '';

  const trouble = (error) => { find('trouble').textContent = error?.message ?? ''; };

  const showSummary = ({counts: now, minutes}) => {
    for (const each of kStatuses) {
      const count = Math.min(now[each], kCountedTo).toLocaleString('en');
      find(`count-${each}`).textContent = now[each] > kCountedTo ? `over ${count}` : count;
    }
    const ended = (how) => minutes.reduce((sum, minute) => sum + minute[how], 0);
    const [completed, failed] = [ended('completed'), ended('failed')].map((count) => count.toLocaleString('en'));
    const told = `${completed} completed and ${failed} failed in the last 60 minutes.`;
    find('throughput-told').textContent = told;
    chart.canvas.setAttribute('aria-label', told);
    chart.show(minutes);
  };

  const rowOf = (job) => {
    const row = rows.get(job.jobId) ?? new aura.JobRow(job, retry);
    row.show(job);
    rows.set(job.jobId, row);
    return row;
  };

  /** Puts the rows of `jobs` at the top, and keeps of those below them what is older than all of these. */
  const showFirst = ({jobs, nextCursor}) => {
    const list = find('jobs');
    const wanted = jobs.map((job) => rowOf(job).element);
    const oldest = jobs.at(-1)?.createdAt ?? '';
    const isKept = ({element, job}) => !wanted.includes(element) && job.createdAt <= oldest
      && (!status || job.status === status);
    const kept = isLonger && nextCursor ? [...rows.values()].filter(isKept) : [];
    if (!isLonger) cursor = nextCursor;
    // One by one, so that what has the focus stays where it is.
    [...wanted, ...kept.map((row) => row.element)].forEach((element, index) => {
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    const shown = wanted.length + kept.length;
    while (list.children.length > shown) list.lastChild.remove();
    for (const [jobId, row] of rows) if (!row.element.isConnected) rows.delete(jobId);
    find('no-jobs').hidden = shown > 0;
    find('more').hidden = !cursor;
  };

  const query = (more) => ({...(status && {status}), ...(more && {cursor})});

  const loadJobs = async () => {
    const asked = status;
    const page = await api.jobs(query(false));
    if (asked === status) showFirst(page);
  };

  const loadMore = async () => {
    const asked = status;
    const page = await api.jobs(query(true));
    if (asked !== status) return;
    cursor = page.nextCursor;
    isLonger = true;
    find('jobs').append(...page.jobs.filter(({jobId}) => !rows.has(jobId)).map((job) => rowOf(job).element));
    find('more').hidden = !cursor;
  };

  /** Looks how many jobs there are, and where anything has changed which. */
  const look = async () => {
    try {
      const summary = await api.summary();
      const now = JSON.stringify(summary);
      if (now !== known) {
        showSummary(summary);
        await loadJobs();
        known = now;
      }
      trouble(null);
    } catch (error) {
      trouble(error);
    }
  };

  const lookAgain = () => {
    known = '';
    return look();
  };

  const retry = async (jobId) => {
    await api.retry(jobId);
    await lookAgain();
  };

  const connect = () => {
    const connection = find('connection');
    const events = new EventSource('/api/aura/events');
    const isConnected = (is) => {
      connection.textContent = is ? 'Live' : 'Not connected, trying again …';
      connection.dataset.live = is;
    };
    events.addEventListener('open', () => isConnected(true));
    events.addEventListener('error', () => {
      isConnected(false);
      // It tries again by itself, but not after an answer such as "too many follow".
      if (events.readyState === EventSource.CLOSED) setTimeout(connect, kLookEveryMs);
    });
    events.addEventListener('jobs', ({data}) => {
      const {jobs, error} = JSON.parse(data);
      if (error) trouble({message: error});
      let isNews = false;
      for (const job of jobs ?? []) {
        const row = rows.get(job.jobId);
        // What is under way may lie far down the list of all, but not of what is processing.
        isNews ||= row ? row.job.status !== job.status : status === 'processing' && job.status === status;
        row?.show(job);
      }
      if (isNews) lookAgain();
    });
  };

  const choose = (chosen) => {
    status = chosen;
    isLonger = false;
    for (const button of find('filters').children) button.setAttribute('aria-pressed', button.dataset.status === status);
    history.replaceState(null, '', status ? `/?status=${status}` : '/');
    rows.clear();
    find('jobs').replaceChildren();
    lookAgain();
  };

  find('throughput-chart').append(chart.element);
  find('filters').addEventListener('click', ({target}) => {
    if (target.dataset.status !== undefined) choose(target.dataset.status);
  });
  find('more').addEventListener('click', () => loadMore().catch(trouble));
  aura.submitForm(lookAgain);
  choose(status);
  connect();
  setInterval(() => { if (!document.hidden) look(); }, kLookEveryMs);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
}
