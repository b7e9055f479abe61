'use strict';

/** The form that submits a track; `submitted()` is called when one has been. */
aura.submitForm = (submitted) => {
  const form = document.getElementById('track');
  const told = document.getElementById('submitted');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const track = Object.fromEntries([...new FormData(form)].filter(([, text]) => text !== ''));
    const button = form.querySelector('button');
    button.disabled = true;
    told.textContent = 'Submitting …';
    try {
      const {jobId} = await aura.api.submit(track);
      told.replaceChildren('Queued: ', aura.el('a', {href: `/jobs/${encodeURIComponent(jobId)}`}, track.trackTitle));
      submitted();
    } catch (error) {
      told.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
};
