'use strict';

/** The pictures of a track, from the object that /api/aura/pictures/JOBID answers with. */
{
  const {format} = aura;

  // The mel scale of Slaney's Auditory Toolbox: even up to 1 kHz, then by ratio.
  const kMelOf1kHz = 15;
  const kMelRatio = Math.log(6.4) / 27;
  const melOf = (hz) => (hz < 1000 ? (hz * 3) / 200 : kMelOf1kHz + Math.log(hz / 1000) / kMelRatio);
  const hzOf = (mel) => (mel < kMelOf1kHz ? (mel * 200) / 3 : 1000 * Math.exp((mel - kMelOf1kHz) * kMelRatio));

  const columnAt = (moment, duration, columns) =>
    Math.min(Math.floor((moment / duration) * columns), columns - 1);

  /** What a strip one pixel wide covers of `columns`: from the first to before the last. */
  const stripAt = (x, width, columns) => {
    const from = Math.floor((x / width) * columns);
    return [from, Math.max(from + 1, Math.floor(((x + 1) / width) * columns))];
  };

  const largest = (values) => values.reduce((most, value, index) => (value > values[most] ? index : most), 0);

  const waveform = ({columns, min, max}, moment) => {
    const low = aura.signedBytes(min);
    const high = aura.signedBytes(max);
    const peakAt = (column) => Math.max(-low[column], high[column], 0) / 127;
    const peak = Math.max(0, ...Array.from(low, (_, column) => peakAt(column)));
    const figure = aura.picture({
      id: 'waveform', title: 'Waveform', height: 150, moment,
      caption: 'Amplitude of the mono signal over time. The lines mark zero and half of full scale.',
      finding: `Waveform over ${format.time(moment.duration)}; its highest peak is at ${format.level(peak)}.`,
      unit: 'dBFS',
      ticks: ['0', '−6', '−∞', '−6', '0'].map((label, index) => ({at: index / 4, label})),
      paint: (context, box) => {
        context.fillStyle = aura.color('line');
        for (const at of [0.25, 0.5, 0.75]) context.fillRect(box.x, Math.round(box.y + box.height * at), box.width, 1);
        context.fillStyle = aura.color('accent');
        const middle = box.y + box.height / 2;
        for (let x = 0; x < box.width; ++x) {
          const [from, to] = stripAt(x, box.width, columns);
          const top = Math.max(...high.subarray(from, to)) / 127;
          const bottom = Math.min(...low.subarray(from, to)) / 127;
          const y = middle - (top * box.height) / 2;
          context.fillRect(box.x + x, y, 1, Math.max(1, ((top - bottom) * box.height) / 2));
        }
      },
    });
    const tell = (seconds) => `peak ${format.level(peakAt(columnAt(seconds, moment.duration, columns)))}`;
    return {figure, tell};
  };

  const spectrogram = ({columns, bands, low_hz: lowHz, high_hz: highHz, db_range: range, data}, moment) => {
    const {magma, image, legend} = aura.colormap;
    const levels = aura.bytes(data);
    const picture = image(columns, bands, (column, band) => magma[levels[column * bands + band]]);
    const [low, high] = [melOf(lowHz), melOf(highHz)];
    const hzOfBand = (band) => hzOf(low + ((band + 0.5) / bands) * (high - low));
    const loudestAt = (column) => largest(levels.subarray(column * bands, (column + 1) * bands));
    const sums = new Float64Array(bands);
    levels.forEach((level, at) => { sums[at % bands] += level; });
    const ticks = [50, 250, 500, 1000, 2000, 4000, 8000, 16000]
      .filter((hz) => hz > lowHz && hz <= highHz && (hz !== 50 || lowHz > 0))
      .map((hz) => ({at: (melOf(hz) - low) / (high - low), label: format.frequency(hz)}));
    const figure = aura.picture({
      id: 'spectrogram', title: 'Mel spectrogram', height: 260, moment, ticks,
      caption: 'Energy by frequency over time, from bass at the bottom to treble at the top, on the mel scale of '
        + 'hearing. Brighter is louder, in dB below the loudest.',
      finding: `Mel spectrogram from ${format.frequency(lowHz)} to ${format.frequency(highHz)}; `
        + `the strongest band over the whole track is near ${format.frequency(hzOfBand(largest(sums)))}.`,
      legend: legend(() => magma, `−${format.number(range)} dB`, '0 dB'),
      paint: (context, box) => context.drawImage(picture, box.x, box.y, box.width, box.height),
    });
    const tell = (seconds) => {
      const column = columnAt(seconds, moment.duration, columns);
      const band = loudestAt(column);
      const isSilent = levels[column * bands + band] === 0;
      return isSilent ? 'no sound in any band' : `loudest near ${format.frequency(hzOfBand(band))}`;
    };
    return {figure, tell};
  };

  const onset = ({columns, data}, beats, moment) => {
    const strengths = aura.bytes(data);
    const figure = aura.picture({
      id: 'onset', title: 'Onsets and beats', height: 150, moment, unit: '',
      caption: 'Onset strength over time, relative to the strongest onset. The ticks at the top mark beats; '
        + 'if beats are close together, only some are marked.',
      finding: `Onset curve with ${format.words(beats.length, 'beat', 'beats')} marked.`,
      ticks: [{at: 0, label: '0 %'}, {at: 0.45, label: '50 %'}, {at: 0.9, label: '100 %'}],
      paint: (context, box) => {
        // The upper tenth is for the beats.
        const height = box.height * 0.9;
        context.fillStyle = aura.color('accent');
        for (let x = 0; x < box.width; ++x) {
          const [from, to] = stripAt(x, box.width, columns);
          const part = Math.max(...strengths.subarray(from, to)) / 255;
          context.fillRect(box.x + x, box.y + box.height - part * height, 1, part * height);
        }
        const gap = (beats.length > 1 ? beats.at(-1) / beats.length : 1) * (box.width / moment.duration);
        const every = [1, 2, 4, 8, 16, 32].find((count) => count * gap >= 4) ?? 64;
        context.fillStyle = aura.color('ink');
        for (let beat = 0; beat < beats.length; beat += every) {
          context.fillRect(box.x + (beats[beat] / moment.duration) * box.width, box.y, 1, box.height * 0.08);
        }
      },
    });
    const tell = (seconds) =>
      `onset ${format.percent(strengths[columnAt(seconds, moment.duration, columns)] / 255)}`;
    return {figure, tell};
  };

  const mfcc = ({columns, coefficients, data}, moment) => {
    const {diverging, image, legend} = aura.colormap;
    const values = aura.signedBytes(data);
    return aura.picture({
      id: 'mfcc', title: 'MFCC', height: 220, moment, unit: 'no.',
      caption: 'The shape of the spectrum in thirteen numbers, each relative to its mean over the track. 0 is loudness, '
        + '1 is the tilt from bass to treble, higher numbers are finer details of timbre.',
      finding: `Heat map of ${coefficients} MFCC over time, each relative to its own mean.`,
      legend: legend(diverging, 'below mean', 'above mean'),
      ticks: Array.from({length: Math.ceil(coefficients / 2)}, (_, index) =>
        ({at: (2 * index + 0.5) / coefficients, label: String(2 * index)})),
      paint: (context, box) => {
        const colors = diverging();
        const picture = image(columns, coefficients,
          (column, row) => colors[values[column * coefficients + row] + 128]);
        context.imageSmoothingEnabled = false;
        context.drawImage(picture, box.x, box.y, box.width, box.height);
      },
    });
  };

  /** All of them, with the slider that they share. `beats` are in seconds; `audio` plays the track, or is null. */
  aura.pictures = (pictures, beats, audio) => {
    const tellers = [];
    const describe = (seconds) => tellers.map((tell) => tell(seconds)).join(' · ');
    const moment = new aura.Moment(pictures.duration_s, describe);
    const figures = [
      waveform(pictures.waveform, moment),
      spectrogram(pictures.spectrogram, moment),
      onset(pictures.onset, beats, moment),
    ].map(({figure, tell}) => {
      tellers.push(tell);
      return figure;
    });
    moment.move(0);
    if (audio) aura.followPlayer(audio, moment);
    return [moment.element, ...figures, mfcc(pictures.mfcc, moment)];
  };
}
