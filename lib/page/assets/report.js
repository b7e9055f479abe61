'use strict';

{
  const {title, artist, source, report, pictures} = JSON.parse(document.getElementById('data').textContent);
  document.title = `${title} – AURA`;
  document.getElementById('title').textContent = title;
  document.getElementById('artist').textContent = [artist, source].filter(Boolean).join(' · ');
  aura.showResult(document.getElementById('result'), report, pictures);
}
