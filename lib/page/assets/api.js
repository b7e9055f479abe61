'use strict';

{
  /** An answer other than the one that was hoped for; `status` is 0 where there was none at all. */
  aura.ApiError = class extends Error {
    constructor(message, status) {
      super(message);
      this.status = status;
    }
  };

  /** What the server answers, from JSON. Throws ApiError. */
  const ask = async (path, options) => {
    let answer;
    try {
      answer = await fetch(path, options);
    } catch {
      throw new aura.ApiError('The worker does not answer: check that it runs', 0);
    }
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new aura.ApiError(body.error ?? `The worker answered with HTTP status ${answer.status}: try again later`,
        answer.status);
    }
    return body;
  };

  const post = (path, body) =>
    ask(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});

  const of = (kind, jobId) => `/api/aura/${kind}/${encodeURIComponent(jobId)}`;

  aura.api = {
    summary: () => ask('/api/aura/summary'),
    jobs: (query) => ask(`/api/aura/jobs?${new URLSearchParams(query)}`),
    job: (jobId) => ask(of('jobs', jobId)),
    result: (jobId) => ask(of('result', jobId)),
    /** Null where there are none. */
    pictures: (jobId) => ask(of('pictures', jobId)).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    }),
    submit: (track) => post('/api/aura/analyze', track),
    songs: (query) => ask(`/api/aura/catalogue?${new URLSearchParams(query)}`),
    addSong: (jobId) => post('/api/aura/catalogue', {jobId}),
    removeSong: (id) => ask(`/api/aura/catalogue/${id}`, {method: 'DELETE'}),
    retry: (jobId) => post(`${of('jobs', jobId)}/retry`, {}),
  };
}
