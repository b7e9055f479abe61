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

  const trouble = (error) => aura.say(find('trouble'), error?.message ?? '');

  const showSummary = ({counts: now, minutes}) => {
    for (const each of kStatuses) {
      const count = Math.min(now[each], kCountedTo).toLocaleString('en');
      find(`count-${each}`).textContent = now[each] > kCountedTo ? `over ${count}` : count;
    }
    find('set-aside').hidden = !now.setAside;
    find('set-aside').textContent = `Set aside: ${now.setAside.toLocaleString('en')}. The database refuses to change the `
      + 'rows of these jobs; “aura doctor” tells an operator why.';
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
    // Where all are new there may be others between them and those in the list.
    if (!jobs.some(({jobId}) => rows.has(jobId))) isLonger = false;
    const wanted = jobs.map((job) => rowOf(job).element);
    const oldest = jobs.at(-1)?.createdAt ?? '';
    const isKept = ({element, job}) => !wanted.includes(element) && job.createdAt <= oldest
      && (!status || job.status === status);
    const kept = isLonger && nextCursor ? [...rows.values()].filter(isKept) : [];
    if (!isLonger) cursor = nextCursor;
    const shown = [...wanted, ...kept.map((row) => row.element)];
    // One by one, so that what has the focus stays where it is.
    for (const element of [...list.children]) if (!shown.includes(element)) element.remove();
    shown.forEach((element, index) => {
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    for (const [jobId, row] of rows) if (!row.element.isConnected) rows.delete(jobId);
    find('no-jobs').hidden = shown.length > 0;
    find('more').hidden = !cursor;
  };

  const query = (more) => ({...(status && {status}), ...(more && {cursor})});

  const loadJobs = async () => {
    const asked = status;
    const page = await api.jobs(query(false));
    if (asked === status) showFirst(page);
  };

  const loadMore = async () => {
    const [asked, from] = [status, cursor];
    isLonger = true;  // from now on, or rows at the end might go meanwhile
    const page = await api.jobs(query(true));
    if (asked !== status || from !== cursor || !isLonger) return;
    cursor = page.nextCursor;
    find('jobs').append(...page.jobs.filter(({jobId}) => !rows.has(jobId)).map((job) => rowOf(job).element));
    find('more').hidden = !cursor;
  };

  const lookOnce = async () => {
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

  let looking = null;

  /** Looks how many jobs there are, and where anything has changed which; one look at a time. */
  const look = () => {
    looking ??= lookOnce().finally(() => { looking = null; });
    return looking;
  };

  const lookAgain = async () => {
    await looking;
    known = '';
    await look();
  };

  const retry = async (jobId) => {
    await api.retry(jobId);
    await lookAgain();
  };

  let events = null;
  let reconnect = 0;

  const connect = () => {
    const connection = find('connection');
    events = new EventSource('/api/aura/events');
    const isConnected = (is) => {
      connection.textContent = is ? 'Live' : 'Not connected, trying again …';
      connection.dataset.live = is;
    };
    events.addEventListener('open', () => isConnected(true));
    events.addEventListener('error', () => {
      isConnected(false);
      // It tries again by itself, but not after an answer such as "too many follow".
      if (events.readyState === EventSource.CLOSED) reconnect = setTimeout(connect, kLookEveryMs);
    });
    events.addEventListener('jobs', ({data}) => {
      const {jobs, error} = JSON.parse(data);
      if (error) trouble({message: error});
      let isNews = false;
      for (const job of jobs ?? []) {
        const row = rows.get(job.jobId);
        // What is under way may lie far down the list of all, but not of what is processing, if that is all of it.
        isNews ||= row ? row.job.status !== job.status : status === 'processing' && job.status === status && !cursor;
        row?.show(job);
      }
      if (isNews) lookAgain();
    });
  };

  const choose = (chosen) => {
    status = chosen;
    isLonger = false;
    cursor = null;
    find('more').hidden = true;
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
  // A page that nobody sees leaves its connection to others: browsers hold few to one host.
  document.addEventListener('visibilitychange', () => {
    clearTimeout(reconnect);
    events.close();
    if (document.hidden) return;
    connect();
    look();
  });
}
