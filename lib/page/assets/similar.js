'use strict';

/** Other tracks beside the track of a report: hits that sound alike, and the reference track. */
{
  const {el, format} = aura;
  const {number, isNumber, percent} = format;
  const {tempo: tempoText, key: keyText, loudness: loudnessText, links} = aura.song;

  /** The track's own tempo, key and loudness, which older reports may lack. */
  const own = ({features = {}, rhythm = {}, tonal = {}, loudness = {}}) => ({
    tempo_bpm: rhythm.bpm ?? features.tempo,
    key: tonal.key ? `${tonal.key} ${tonal.scale}` : null,
    loudness_lufs: loudness.integrated,
  });

  const kColumns = ['Similarity', 'Tempo', 'Key', 'Loudness'];

  const row = (name, {similarity, tempo_bpm: bpm, key, loudness_lufs: lufs}) => {
    const values = [isNumber(similarity) ? percent(similarity) : null, tempoText(bpm), keyText(key), loudnessText(lufs)];
    return el('tr', {}, name,
      ...values.map((value, index) => el('td', {'data-name': kColumns[index]}, value ?? '–')));
  };

  const nameOf = (hit) => {
    const {song, artist, year} = hit;
    return el('th', {scope: 'row'}, el('strong', {}, String(song)), ` ${artist}${year ? `, ${year}` : ''}`,
      ...links(hit).flatMap((each) => [' · ', each]));
  };

  /**
   * Whether AURA looked for the hits of `report`: it then names the version of the timbres that it compared. Workers
   * before it wrote hits of their own making.
   */
  const isOurs = (report) => isNumber(report.analysis?.parts?.timbre);

  /** The songs of the catalogue that sound like the track of `report`, beside the track itself. */
  aura.similarHits = (report) => {
    const hits = report.similar_hits ?? [];
    if (hits.length > 0 && !isOurs(report)) {
      return aura.section('similar', 'Similar hits',
        el('p', {class: 'note'}, `Not shown: another program wrote this report, and its ${
          format.words(hits.length, 'hit does', 'hits do')} not come from a measurement. Analyse the track again.`));
    }
    if (hits.length === 0) {
      return aura.section('similar', 'Similar hits',
        el('p', {class: 'note'}, 'None: there is no catalogue, or nothing in it is near this track.'));
    }
    return aura.section('similar', 'Similar hits',
      el('p', {class: 'note'}, 'Songs of the catalogue that sound like this track. On the scale of similarity, 90 % means '
        + 'that one random track in 10,000 is as near, and 68 % one in 100.'),
      el('table', {class: 'similar'},
        el('thead', {}, el('tr', {}, ...['Song', ...kColumns].map((name) => el('th', {scope: 'col'}, name)))),
        el('tbody', {}, row(el('th', {scope: 'row'}, 'This track'), own(report)),
          ...hits.map((hit) => row(nameOf(hit), hit)))));
  };

  /** "2.0 % faster", or `same` where the difference rounds to nothing. */
  const compared = (difference, unit, above, below, same) => {
    const size = number(Math.abs(difference), 1);
    return size === '0.0' ? same : `${size} ${unit} ${difference > 0 ? above : below}`;
  };

  const tempoTold = (tempo, mine) => {
    if (!isNumber(tempo?.difference_percent)) return null;
    const told = compared(tempo.difference_percent, '%', 'faster', 'slower', 'as fast');
    const both = [tempoText(mine.tempo_bpm), tempoText(tempo.bpm)];
    return ['Tempo', told, both.every(Boolean) ? `${both[0]}; the reference has ${both[1]}` : ''];
  };

  const keyTold = (key, mine) => {
    if (!key?.key || !mine.key) return null;
    const theirs = `${key.key} ${key.scale}`;
    return theirs === mine.key ? ['Key', 'the same', mine.key]
      : ['Key', 'another', `${mine.key}; the reference is in ${theirs}${key.camelot ? ` (Camelot ${key.camelot})` : ''}`];
  };

  const loudnessTold = (loudness, mine) => {
    if (!isNumber(loudness?.difference)) return null;
    const told = compared(loudness.difference, 'LU', 'louder', 'quieter', 'as loud');
    const both = [loudnessText(mine.loudness_lufs), loudnessText(loudness.integrated)];
    return ['Loudness', told, both.every(Boolean) ? `${both[0]}; the reference has ${both[1]}` : ''];
  };

  /** Where the spectrum differs most. */
  const spectrumTold = (bands) => {
    const sorted = [...bands].sort((a, b) => a.difference_db - b.difference_db);
    const told = (band, side) => `most ${side} at ${format.frequency(band.hz)} (${format.signed(band.difference_db, 1)} dB)`;
    const parts = [];
    if (sorted.at(-1)?.difference_db >= 0.05) parts.push(told(sorted.at(-1), 'above'));
    if (sorted[0]?.difference_db <= -0.05) parts.push(told(sorted[0], 'below'));
    return parts.length ? `Spectrum: ${parts.join(', ')}.` : 'The spectrum is the same in every octave band.';
  };

  /** The track of `report` beside its reference track. Each difference is the track's value minus the reference's. */
  aura.besideReference = (report) => {
    const {title, similarity, tempo, key, loudness, spectrum} = report.reference;
    const mine = own(report);
    const bands = (Array.isArray(spectrum) ? spectrum : [])
      .filter((band) => isNumber(band?.hz) && isNumber(band.difference_db));
    const tiles = [
      isNumber(similarity) ? ['Similarity', percent(similarity), ''] : null,
      tempoTold(tempo, mine), keyTold(key, mine), loudnessTold(loudness, mine),
    ].filter(Boolean);
    const chart = bands.length ? aura.spectrumChart(bands) : null;
    const section = aura.section('reference', 'Beside the reference track',
      title ? el('p', {class: 'note'}, `The reference is “${title}”.`) : null,
      el('dl', {class: 'tiles'}, ...tiles.map(([name, value, note]) => el('div', {class: 'tile'},
        el('dt', {}, name), el('dd', {}, el('strong', {}, value), note ? el('span', {}, note) : null)))),
      chart ? el('p', {class: 'note spectrum-told'}, spectrumTold(bands)) : null, chart?.element);
    return {section, draw: () => chart?.draw()};
  };
}
