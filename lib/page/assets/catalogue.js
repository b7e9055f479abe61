'use strict';

{
  const {api, el, format} = aura;
  const find = (id) => document.getElementById(id);
  const kLookEveryMs = 5000;

  let search = new URLSearchParams(location.search).get('search') ?? '';
  let before = null;  // of the page after the songs in the list
  let asked = 0;  // how many searches were asked for: an answer to an older one comes too late

  const trouble = (error) => aura.say(find('trouble'), error?.message ?? '');
  const songs = (count) => format.words(count, 'song', 'songs');

  const showIndex = ({state, rows, stale, kind, preferredKind, lacking}) => {
    const told = {
      loading: 'The songs are being loaded for the comparison with tracks.',
      unreadable: 'Tracks are compared with no song: the catalogue could not be read. “aura doctor” tells an operator why.',
      absent: 'The songs are not compared with tracks: an operator must run “aura migrate” and start the workers again.',
      empty: 'Tracks are compared with no song.',
      ready: `Tracks are compared with ${songs(rows)}.`,
      'too large': 'Tracks are compared with no song: the catalogue does not fit into CATALOGUE_MAX_MB. An operator must '
        + 'raise it, or set CATALOGUE_INDEX to pgvector, and start the workers again.',
      unavailable: 'Tracks are compared with no song: the database is not prepared for pgvector. “aura doctor” tells an '
        + 'operator why.',
    }[state] ?? '';
    const left = stale > 0
      ? ` Left out: ${songs(stale)} measured by another version. “aura catalogue remeasure” brings them back.` : '';
    const by = state === 'ready' && lacking > 0
      ? ` They are compared by ${kind}, because ${songs(lacking)} ${lacking === 1 ? 'has' : 'have'} no ${preferredKind}. `
        + '“aura catalogue remeasure” measures it.' : '';
    aura.say(find('index'), told + left + by);
  };

  /** Resolves to whether the reader wants `song` removed. */
  const confirmRemoval = (song) => new Promise((resolve) => {
    const dialog = find('confirm');
    find('confirm-text').textContent = `Remove “${song.song}” by ${song.artist} from the catalogue? `
      + 'Later tracks are no longer compared with it.';
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'remove'), {once: true});
    dialog.showModal();
  });

  const showWhetherEmpty = () => {
    const isEmpty = find('songs').children.length === 0;
    find('no-songs').hidden = !isEmpty || search !== '';
    find('none-found').hidden = !isEmpty || search === '';
    find('none-found').textContent = `No song or artist contains “${search}”.`;
  };

  const remove = async (song, row, button) => {
    if (!await confirmRemoval(song)) return;
    button.disabled = true;
    try {
      await api.removeSong(song.id);
    } catch (error) {
      button.disabled = false;
      if (error.status !== 404) throw error;  // somebody else has removed it
    }
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    showWhetherEmpty();
    (next?.querySelector('button') ?? find('search')).focus();
    aura.say(find('told'), `Removed: ${song.song}`);
    if (!next && before) await load();
  };

  const rowOf = (song) => {
    const {tempo, key, loudness, links} = aura.song;
    const facts = [song.genre, tempo(song.tempo), key(song.key), loudness(song.loudness)].filter(Boolean);
    const button = el('button', {type: 'button', 'aria-label': `Remove ${song.song}`}, 'Remove');
    const row = el('li', {},
      el('div', {class: 'song-name'}, el('strong', {}, song.song),
        el('span', {class: 'artist'}, [song.artist, song.year].filter(Boolean).join(', '))),
      el('div', {class: 'song-facts'}, facts.join(' · ')),
      el('div', {class: 'song-links'}, ...links(song)), button);
    button.addEventListener('click', () => remove(song, row, button).then(() => trouble(null), trouble));
    return row;
  };

  /** Loads the first page, or the page after the songs in the list. */
  const load = async (isNext = false) => {
    const question = isNext ? asked : ++asked;
    const from = before;
    const page = await api.songs({...(search && {search}), ...(isNext && {before: from})});
    if (question !== asked || (isNext && from !== before)) return;
    const rows = page.songs.map(rowOf);
    if (isNext) find('songs').append(...rows);
    else find('songs').replaceChildren(...rows);
    before = page.nextBefore;
    find('more').hidden = before === null;
    showWhetherEmpty();
    showIndex(page.index);
    if (isNext) rows[0]?.querySelector('button').focus();
  };

  const loadOrTell = (isNext) => load(isNext).then(() => trouble(null), trouble);

  find('find').addEventListener('submit', (event) => {
    event.preventDefault();
    search = find('search').value.trim();
    history.replaceState(null, '', search ? `/catalogue?${new URLSearchParams({search})}` : '/catalogue');
    aura.say(find('told'), '');
    loadOrTell(false);
  });
  find('more').addEventListener('click', () => loadOrTell(true));
  find('confirm-remove').addEventListener('click', () => find('confirm').close('remove'));
  find('confirm-keep').addEventListener('click', () => find('confirm').close());
  find('search').value = search;
  loadOrTell(false);
  setInterval(() => {
    if (!document.hidden) api.songs({limit: 1}).then(({index}) => showIndex(index), trouble);
  }, kLookEveryMs);
}
