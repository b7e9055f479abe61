'use strict';

/** What a neural model hears in the track of a report: genre, mood, instruments, era and voice. */
{
  const {el, format} = aura;
  const {number, isNumber} = format;

  /** Tags below it look weak. */
  const kSureTag = 0.3;

  const kGroups = [['genre', 'Genre'], ['mood', 'Mood'], ['instruments', 'Instruments'], ['era', 'Era']];

  const bar = ({name, score}) =>
    el('li', {class: score < kSureTag ? 'weak' : null}, el('strong', {}, String(name)),
      el('progress', {max: 1, value: score, 'aria-label': String(name)}), el('span', {}, number(score, 2)));

  const group = (title, tags) => {
    const known = (Array.isArray(tags) ? tags : []).filter((tag) => isNumber(tag?.score));
    return el('div', {}, el('h3', {}, title),
      known.length ? el('ul', {class: 'tags'}, ...known.map(bar)) : el('p', {class: 'note'}, 'unclear'));
  };

  const voiceText = ({present, score, voice}) => {
    const heard = present ? `${voice ? `a ${voice}` : 'a'} voice is heard` : 'no voice is heard';
    return `Voice: ${heard}${isNumber(score) ? ` (${number(score, 2)})` : ''}`;
  };

  /** The section of the tags; null for a report without. */
  aura.tags = ({tags, vocals}) => {
    if (!tags) return null;
    const patches = isNumber(tags.patches) ? `, from ${format.words(tags.patches, 'piece', 'pieces')} of three seconds` : '';
    return aura.section('tags', 'What a model hears',
      el('p', {class: 'note'}, `Hints by the neural model ${tags.model}${patches}. It learnt from Western music of about 2011 `
        + 'and is often wrong. 1 is certain; tags below 0.15 are omitted.'),
      el('div', {class: 'tag-groups'}, ...kGroups.map(([key, title]) => group(title, tags[key]))),
      vocals ? el('p', {class: 'voice'}, voiceText(vocals)) : null);
  };

  /** The shown tags that have a score for each moment of `starts`. */
  const rowsOf = (tags) => kGroups.flatMap(([key]) => (Array.isArray(tags[key]) ? tags[key] : []))
    .filter((tag) => Array.isArray(tag?.over_time) && tag.over_time.length === tags.starts.length);

  /** The picture of the tags over time, with what it tells of a moment; null if there is nothing to draw. */
  aura.taggram = (tags, moment) => {
    const starts = Array.isArray(tags?.starts) ? tags.starts : [];
    const rows = starts.length ? rowsOf(tags) : [];
    if (rows.length === 0) return null;
    const kRow = 22;
    const figure = aura.picture({
      id: 'taggram', title: 'Tags over time', height: rows.length * kRow + 32, moment, ticks: [],
      caption: 'What the model hears in pieces of three seconds, each shown until the next begins. '
        + 'A stronger colour is a higher score.',
      finding: `Scores of ${format.words(rows.length, 'tag', 'tags')} over time: ${rows.map(({name}) => name).join(', ')}.`,
      paint: (context, box) => {
        const height = box.height / rows.length;
        const at = (seconds) => box.x + Math.min(seconds / moment.duration, 1) * box.width;
        context.textBaseline = 'middle';
        context.font = '12px system-ui, sans-serif';
        rows.forEach(({name, over_time: scores}, row) => {
          const y = box.y + row * height;
          context.fillStyle = aura.color('accent');
          scores.forEach((score, column) => {
            const from = column === 0 ? box.x : at(starts[column]);
            context.globalAlpha = Math.min(Math.max(score, 0), 1);
            context.fillRect(from, y + 1, at(starts[column + 1] ?? moment.duration) - from, height - 2);
          });
          context.globalAlpha = 1;
          context.fillStyle = aura.color('ink');
          context.fillText(name, box.x + 6, y + height / 2);
        });
      },
    });
    const tell = (seconds) => {
      const column = Math.max(starts.findLastIndex((start) => start <= seconds), 0);
      const best = rows.reduce((most, row) => (row.over_time[column] > most.over_time[column] ? row : most));
      return `${best.name} ${number(best.over_time[column], 2)}`;
    };
    return {figure, tell};
  };
}
