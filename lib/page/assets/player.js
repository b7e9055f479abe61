'use strict';

/** The player of a report that has the track: it and the pictures over time follow each other. */
{
  const {el} = aura;

  /** Says how to use `audio`, or why it can't be played. */
  aura.watchPlayer = (audio) => {
    const note = document.getElementById('audio-note');
    const fail = () => {
      note.textContent = audio.getAttribute('src').startsWith('data:')
        ? "This browser can't play the format of the track."
        : "The track can't be played: its file is no longer where it was, or this browser can't play its format.";
    };
    audio.addEventListener('error', fail);
    if (audio.error) fail();
  };

  /** Lets `moment`, that of the pictures, seek in `audio` and show where it plays. */
  aura.followPlayer = (audio, moment) => {
    moment.seek = (seconds) => { audio.currentTime = seconds; };
    const show = () => moment.play(audio.currentTime);
    const showWhilePlaying = () => {
      show();
      if (!audio.paused) requestAnimationFrame(showWhilePlaying);
    };
    audio.addEventListener('play', showWhilePlaying);
    for (const what of ['seeking', 'timeupdate', 'loadedmetadata']) audio.addEventListener(what, show);
    moment.slider.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      // What stops the playing while it begins is no fault.
      if (audio.paused) audio.play().catch(() => {});
      else audio.pause();
    });
    moment.element.append(el('p', {class: 'note'},
      'Click a picture or move the slider to go to a moment of the track. Space plays and pauses.'));
  };
}
