-- What a CatalogueRow holds of c, a row of aura.catalogue.
c.id, encode(c.content_sha256, 'hex') AS content, c.song, c.artist, c.year, c.genre, c.isrc, c.spotify_url, c.image_url,
c.origin, c.tempo_bpm, c.key, c.loudness_lufs,
(SELECT json_agg(json_build_object('chart', p.source, 'week', to_char(p.day, 'YYYY-MM-DD'), 'position', p.position,
                                   'streams', p.streams) ORDER BY p.day, p.source)
 FROM aura.popularity p WHERE p.catalogue_id = c.id)::text AS charts
