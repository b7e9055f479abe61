'use strict';

/** What came of an analysis, as a musician wants to see it; the same for a job's page and for a report's file. */
{
  const {el, format} = aura;
  const {number, isNumber} = format;

  /** A ring that is as full as the Hit Factor. */
  const ring = (value) => {
    const svg = (tag, attributes) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const [name, each] of Object.entries(attributes)) element.setAttribute(name, each);
      return element;
    };
    const circle = {cx: 60, cy: 60, r: 52, fill: 'none', 'stroke-width': 10, pathLength: 100};
    const drawn = svg('svg', {viewBox: '0 0 120 120', 'aria-hidden': 'true'});
    drawn.append(svg('circle', {...circle, class: 'ring-rest'}),
      svg('circle', {...circle, class: 'ring-part', 'stroke-dasharray': `${value} 100`, transform: 'rotate(-90 60 60)'}));
    return el('div', {class: 'ring', role: 'img', 'aria-label': `Hit Factor ${number(value)} of 100`}, drawn,
      el('div', {class: 'ring-text', 'aria-hidden': 'true'}, el('strong', {}, number(value)), el('span', {}, 'of 100')));
  };

  /** What goes into each score of the model AURA-v2.1, with what this track has there. */
  const partsOf = ({features, lyrics_words: words}) => {
    const tempo = features?.tempo > 0 ? `${number(features.tempo, 1)} BPM` : 'none found';
    const loudness = isNumber(features?.rms_mean)
      ? `${format.level(features.rms_mean)} (RMS ${number(features.rms_mean, 4)})` : 'unknown';
    const lyrics = words === 0 ? 'no lyrics' : format.words(words ?? 0, 'word', 'words');
    const same = 'The same for every track: no measurement changes it.';
    return {
      audio: ['35 %', `Here: librosa's tempo ${tempo}; mean level ${loudness}.`,
        "70 points. librosa's tempo adds 15 points from 90 to 130 BPM, else 10 points from 80 to 140 BPM. "
          + 'A mean level above −21.9 dBFS (RMS 0.08) adds 10 points.'],
      lyrics: ['25 %', isNumber(words) ? `Here: ${lyrics}.` : '',
        '50 points, and one more for every ten words, up to 100.'],
      brand: ['20 %', '', same],
      market: ['20 %', '', same],
    };
  };

  const hitFactor = ({hit_factor: hit, scores: given, model_version: model, ...report}) => {
    // A database may have them in any order.
    const scores = Object.fromEntries(['audio', 'lyrics', 'brand', 'market'].map((name) => [name, given[name]]));
    const chart = aura.scoreChart(scores);
    const parts = model === 'AURA-v2.1' ? partsOf(report) : {};
    const list = el('dl', {class: 'parts'}, ...Object.keys(scores).flatMap((name) => {
      const [weight, here, rule] = parts[name] ?? [];
      return [
        el('dt', {}, name, el('strong', {}, number(scores[name])), weight ? el('span', {}, `weight ${weight}`) : null),
        el('dd', {}, rule ?? '', here ? el('span', {class: 'here'}, here) : null),
      ];
    }));
    const section = aura.section('hit-factor', 'Hit Factor',
      el('div', {class: 'hit'}, ring(hit), chart.element),
      el('p', {class: 'note'}, `A fixed formula of the parts below${model ? ` (${model})` : ''}, rounded down. `
        + 'It is not a forecast.'),
      el('h3', {}, 'Parts of the Hit Factor'), list);
    return {section, draw: chart.draw};
  };

  const tile = (name, value, ...notes) =>
    el('div', {class: 'tile'}, el('dt', {}, name), el('dd', {}, el('strong', {}, value),
      ...notes.filter(Boolean).map((note) => el('span', {}, note))));

  /** The tile of an estimate, which looks weak if it is less sure than `least`. */
  const estimate = (name, value, confidence, least, ...notes) => {
    if (!isNumber(confidence)) return tile(name, value, ...notes);
    const isWeak = confidence < least;
    const shown = tile(name, value, `${isWeak ? 'uncertain: ' : ''}${format.percent(confidence)} sure`, ...notes);
    if (isWeak) shown.classList.add('weak');
    return shown;
  };

  /** Below these AURA writes neither into tags. */
  const kSureTempo = 0.5;
  const kSureKey = 0.6;
  const kSureMetre = 0.5;

  /** By EBU R 128 where the report has that; older ones have the mean level alone. */
  const loudnessTile = ({integrated, range, true_peak: peak}, rms) => {
    if (!isNumber(integrated)) return isNumber(rms) ? tile('Loudness', format.level(rms), 'mean of RMS') : null;
    const rest = [isNumber(peak) && `true peak ${number(peak, 1)} dBTP`,
      isNumber(range) && `range ${number(range, 1)} LU`];
    return tile('Loudness', `${number(integrated, 1)} LUFS`, rest.filter(Boolean).join(', '));
  };

  /** Older reports don't know how steady the tempo is. */
  const motions = new Map([['steady', 'steady'], ['drifts', 'it drifts'], ['free', 'free (rubato)']]);

  const bpmText = (bpm) => `${number(bpm, Number.isInteger(bpm) ? 0 : 1)} BPM`;

  const second = (text, weight) => (isNumber(weight) ? `or ${text} (${format.percent(weight)})` : null);

  const tempoTile = (name, bpm, {confidence, tempo_curve: curve, alternatives}) => {
    if (!(bpm > 0)) return tile(name, 'none found');
    const other = alternatives?.[0];
    return estimate(name, bpmText(bpm), confidence, kSureTempo, motions.get(curve?.kind),
      other?.bpm > 0 ? second(bpmText(other.bpm), other.weight) : null);
  };

  /** As DJs write a key. */
  const djCodes = ({camelot, open_key: open}) =>
    [camelot && `Camelot ${camelot}`, open && `Open Key ${open}`].filter(Boolean).join(', ');

  const keyTile = (tonal) => {
    const other = tonal.second;
    return estimate('Key', `${tonal.key} ${tonal.scale}`, tonal.confidence, kSureKey, djCodes(tonal),
      other?.key ? second(`${other.key} ${other.scale}${other.camelot ? `, ${other.camelot}` : ''}`, other.weight) : null);
  };

  const channelNames = new Map([[1, 'mono'], [2, 'stereo']]);

  const fileTile = ({codec, sample_rate_hz: rate, channels, bits_per_sample: bits, bit_rate_bps: bps}) =>
    tile('File', String(codec), [isNumber(rate) && `${Number((rate / 1000).toFixed(2))} kHz`,
      isNumber(channels) && (channelNames.get(channels) ?? `${channels} channels`),
      isNumber(bits) ? `${bits} bits` : isNumber(bps) && `${number(bps / 1000)} kbit/s`].filter(Boolean).join(', '));

  const glance = (report) => {
    const {features = {}, rhythm = {}, tonal = {}, loudness = {}, dynamics = {}} = report;
    const {danceability, onset_rate: onsets, duration_s: duration} = report;
    const [name, bpm] = isNumber(rhythm.bpm) ? ['Tempo', rhythm.bpm] : ["librosa's tempo", features.tempo];
    const tiles = [
      tempoTile(name, bpm, rhythm),
      tonal.key ? keyTile(tonal) : null,
      rhythm.time_signature
        ? estimate('Metre', rhythm.time_signature, rhythm.time_signature_confidence, kSureMetre) : null,
      isNumber(duration) ? tile('Length', format.time(duration), 'minutes and seconds') : null,
      loudnessTile(loudness, features.rms_mean),
      isNumber(dynamics.complexity)
        ? tile('Dynamics', `${number(dynamics.complexity, 1)} dB`, 'mean variation of the loudness') : null,
      isNumber(features.spectral_centroid_mean) ? tile('Brightness', format.frequency(features.spectral_centroid_mean),
        `spectral centroid; 85 % of the spectrum is below ${format.frequency(features.spectral_rolloff_mean)}`) : null,
      isNumber(onsets) ? tile('Onsets', `${number(onsets, 1)} / s`, 'onsets per second') : null,
      isNumber(danceability) ? tile('Danceability', number(danceability, 2), '0 to 3; higher is steadier') : null,
      report.source?.codec ? fileTile(report.source) : null,
    ];
    return aura.section('glance', 'At a glance', el('dl', {class: 'tiles'}, ...tiles));
  };

  /** What advice rests on; older reports don't say. */
  const measuredText = (evidence) => {
    if (!isNumber(evidence?.value) || !isNumber(evidence.limit)) return null;
    const [value, limit] = [evidence.value, evidence.limit].map((each) => number(each, Number.isInteger(each) ? 0 : 2));
    return ` · measured ${value}, limit ${limit}${evidence.unit ? ` ${evidence.unit}` : ''}`;
  };

  const advice = (recommendations) => aura.section('advice', 'Recommendations',
    recommendations.length === 0
      ? el('p', {class: 'note'}, 'No recommendations for this track.')
      : el('ul', {class: 'advice'}, ...recommendations.map(({type, note, priority, evidence}) =>
        el('li', {}, el('p', {}, String(note)),
          el('p', {class: 'note'}, el('strong', {}, String(type)), ` · priority ${priority}`, measuredText(evidence))))));

  const tempos = (curve, rhythm) => {
    const candidates = [{bpm: rhythm.bpm, weight: rhythm.confidence, isChosen: true},
      ...(rhythm.alternatives ?? []).map((each) => ({...each, isChosen: false}))]
      .filter(({bpm}) => bpm > 0);
    const chart = aura.tempoChart(curve, candidates);
    const table = el('table', {class: 'candidates'},
      el('caption', {}, 'Candidates, most likely first'),
      el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'BPM'), el('th', {scope: 'col'}, 'Likelihood'))),
      el('tbody', {}, ...candidates.map(({bpm, weight, isChosen}) => el('tr', {},
        el('td', {}, number(bpm, 1), isChosen ? ' (the tempo)' : ''),
        el('td', {}, isNumber(weight) ? format.percent(weight) : '–')))));
    return {
      section: aura.section('tempos', 'Tempo candidates',
        el('p', {class: 'note'}, 'How strongly the onsets repeat at each tempo. Half and double a tempo are often '
          + 'of similar strength. Each dot is a tempo that a listener could tap.'),
        chart.element, candidates.length ? table : null),
      draw: chart.draw,
    };
  };

  const measurements = (features) => {
    const units = {
      tempo: 'BPM', spectral_centroid_mean: 'Hz', spectral_rolloff_mean: 'Hz', zcr_mean: 'per sample',
      rms_mean: 'of full scale',
    };
    const names = {tempo: "librosa's tempo"};
    const rows = Object.entries(features).filter(([, value]) => isNumber(value));
    return el('details', {class: 'card'}, el('summary', {}, 'All measurements'),
      el('p', {class: 'note'}, 'Means over the track, computed as librosa 0.10.1 does.'),
      el('table', {},
        el('thead', {}, el('tr', {}, ...['Feature', 'Value', 'Unit'].map((name) => el('th', {scope: 'col'}, name)))),
        el('tbody', {}, ...rows.map(([name, value]) => el('tr', {},
          el('th', {scope: 'row'}, names[name] ?? name), el('td', {}, number(value, Math.abs(value) < 10 ? 4 : 1)),
          el('td', {}, units[name] ?? ''))))));
  };

  /**
   * Shows `report`, a fullReport object, in `root`, with its pictures unless these are null. `audio` is the
   * element that plays the track, or null. Older rows may lack whatever is asked for here but what every report has:
   * hit_factor, scores, recommendations, similar_hits, features.
   */
  aura.showResult = (root, report, pictures, audio = null) => {
    const rhythm = report.rhythm ?? {};
    const hit = hitFactor(report);
    const curve = pictures && pictures.tempo?.bpm.length ? tempos(pictures.tempo, rhythm) : null;
    const reference = report.reference ? aura.besideReference(report) : null;
    const warnings = report.warnings ?? [];
    root.replaceChildren(...[
      warnings.length ? el('div', {class: 'card warning'}, el('h2', {}, 'Before you trust the numbers'),
        el('ul', {}, ...warnings.map((warning) => el('li', {}, String(warning))))) : null,
      hit.section,
      glance(report),
      advice(report.recommendations ?? []),
      pictures && pictures.duration_s > 0
        ? aura.section('pictures', 'The track over time', ...aura.pictures(pictures, rhythm.beats ?? [], audio))
        : aura.section('pictures', 'The track over time',
          el('p', {class: 'note'}, 'No pictures of this track are kept: none were made, or they have expired.')),
      curve?.section,
      reference?.section,
      aura.similarHits(report),
      measurements(report.features ?? {}),
    ].filter(Boolean));
    hit.draw();
    curve?.draw();
    reference?.draw();
  };
}
