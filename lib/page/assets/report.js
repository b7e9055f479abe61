'use strict';

{
  const {title, artist, source, report, pictures} = JSON.parse(document.getElementById('data').textContent);
  document.title = `${title} – AURA`;
  document.getElementById('title').textContent = title;
  document.getElementById('artist').textContent = [artist, source].filter(Boolean).join(' · ');
  const audio = document.getElementById('audio');
  if (audio) aura.watchPlayer(audio);
  aura.showResult(document.getElementById('result'), report, pictures, audio);
}
