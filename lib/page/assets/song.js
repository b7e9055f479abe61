'use strict';

/** A song of the catalogue, as pages show it. */
{
  const {el, format} = aura;
  const {number, isNumber} = format;

  const link = (url, name, song) => {
    const target = URL.canParse(url) ? new URL(url) : null;
    if (target?.protocol !== 'https:') return null;
    return el('a', {href: target.href, rel: 'noopener noreferrer', target: '_blank', 'aria-label': `${name}: ${song}`}, name);
  };

  aura.song = {
    tempo: (bpm) => (isNumber(bpm) && bpm > 0 ? `${number(bpm, 1)} BPM` : null),
    key: (key) => (key ? String(key) : null),
    loudness: (lufs) => (isNumber(lufs) ? `${number(lufs, 1)} LUFS` : null),
    /** Its links to the outside, which must be https; the page itself loads none of them. */
    links: ({song, spotifyUrl, imageUrl}) =>
      [link(spotifyUrl, 'Spotify', song), link(imageUrl, 'Image', song)].filter(Boolean),
  };
}
