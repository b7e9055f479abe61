"""Files that ask their reader to open something else: a file of the system, a file beside them, an address on
loopback where nothing should ever connect."""

import struct

from containers import box, full_box, id3, id3_frame, mov, ogg_page, opus_head, picture, riff_chunk, u32, wav
from sources import mp3, seed, track

SECRET = "/etc/passwd"
NEIGHBOUR = "one_second.wav"


def url_reference(target):
    url = target.encode() + b"\0"
    return u32(12 + len(url)) + b"url " + u32(0) + url


def alias_reference(folder, name):
    """A Macintosh alias, with the path as its POSIX path too."""
    path = f"{folder}/{name}".encode()
    head = struct.pack(">4sHH", b"none", 0, 2) + bytes([0]) + b"\5AAAAA".ljust(27, b"\0") + bytes(8) + bytes(4)
    head += bytes([len(name)]) + name.encode().ljust(63, b"\0") + bytes(16)
    parts = struct.pack(">hhI", 1, 1, 0) + bytes(12)
    for kind, text in ((2, path), (18, path), (19, b"/")):
        parts += struct.pack(">hH", kind, len(text)) + text + b"\0" * (len(text) % 2)
    body = (head + parts + struct.pack(">hH", -1, 0)).ljust(260, b"\0")
    return u32(12 + len(body)) + b"alis" + u32(0) + body


def reference_movie(target):
    url = target.encode() + b"\0"
    rdrf = full_box(b"rdrf", b"url ", u32(len(url)), url)
    return box(b"ftyp", b"qt  ", u32(0)) + box(b"moov", box(b"rmra", box(b"rmda", rdrf)))


def hls(*lines):
    return "\n".join(("#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:10", "#EXT-X-MEDIA-SEQUENCE:0", *lines,
                      "#EXT-X-ENDLIST", "")).encode()


def dash(target):
    return f"""<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT10S"><Period><AdaptationSet
mimeType="audio/mp4"><Representation id="1" bandwidth="1000"><BaseURL>{target}</BaseURL></Representation>
</AdaptationSet></Period></MPD>
""".encode()


def files(port):
    address = f"127.0.0.1:{port}"
    http = f"http://{address}/track.ts"
    for name, target in (("passwd", SECRET), ("passwd_url", f"file://{SECRET}"), ("neighbour", NEIGHBOUR), ("http", http),
                         ("concat", f"concat:{SECRET}|{SECRET}"), ("tcp", f"tcp://{address}"),
                         ("data", "data:audio/wav;base64,UklGRg==")):
        yield f"hls_{name}.m3u8", hls("#EXTINF:10,", target)
        yield f"mov_url_{name}.mov", mov(reference=url_reference(target))
    yield "hls.mp3", hls("#EXTINF:10,", http)
    yield "hls_key.m3u8", hls(f'#EXT-X-KEY:METHOD=AES-128,URI="{http}"', "#EXTINF:10,", http)
    yield "hls_master.m3u8", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{http}\n".encode()
    yield "hls_in_id3.mp3", id3(id3_frame(b"TIT2", b"\0Song")) + hls("#EXTINF:10,", SECRET)
    yield "m3u_list", f"{SECRET}\n{NEIGHBOUR}\n{http}\n".encode()
    yield "pls_list", f"[playlist]\nFile1={http}\nNumberOfEntries=1\n".encode()
    yield "playlist.asx", f'<asx version="3.0"><entry><ref href="{http}"/></entry></asx>'.encode()
    yield "playlist.wma", f"[Reference]\r\nRef1={http}\r\n".encode()
    yield "playlist.xspf", f'<playlist version="1"><trackList><track><location>{http}</location></track></trackList>' \
        "</playlist>".encode()
    yield "concat.mp3", f"ffconcat version 1.0\nfile '{SECRET}'\nfile {NEIGHBOUR}\nfile '{http}'\n".encode()
    yield "session.sdp", (f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                          f"m=audio {port} RTP/AVP 0\r\n").encode()
    yield "dash.mpd", dash(http)
    yield "dash_passwd.mp3", dash(f"file://{SECRET}")
    yield "rtsp.mov", f"RTSPtext\r\nrtsp://{address}/track\r\n".encode()
    yield "subtitles.idx", b"# VobSub index file, v7\nid: en, index: 0\ntimestamp: 00:00:00:000, filepos: 000000000\n"
    yield "metadata.ffmeta", b";FFMETADATA1\ntitle=Song\n"
    yield "script.avs", f'AviSource("{SECRET}")\n'.encode()
    yield "picture.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{http}"/></svg>'.encode()
    yield "mov_alias_passwd.mov", mov(reference=alias_reference("/etc", "passwd"))
    yield "mov_alias_neighbour.mov", mov(reference=alias_reference(".", NEIGHBOUR))
    yield "mov_reference_movie.mov", reference_movie(http)
    yield "mov_reference_passwd.mov", reference_movie(f"file://{SECRET}")
    yield "link_frame.mp3", id3(id3_frame(b"LINK", b"TIT2" + http.encode() + b"\0")) + mp3()
    yield "cover_link.mp3", id3(picture(http.encode(), mime=b"-->")) + mp3()
    link = u32(3, 3) + b"-->" + u32(0, 1, 1, 24, 0, len(http)) + http.encode()
    yield "cover_link.flac", track("flac")[:42] + b"\6" + len(link).to_bytes(3, "big") + link + track("flac")[42:]
    yield "doctype.wav", wav(behind=riff_chunk(b"iXML", (
        f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{SECRET}"><!ENTITY c SYSTEM "{http}">]><a>&b;&c;</a>').encode()))
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<II", 1, 6 + len(http)) + b"COVER=" + http.encode()
    silence = ogg_page([b"\x18"] * 100, 288_000, 2, flags=4)
    yield "cover_link.opus", ogg_page([opus_head()], 0, 0, flags=2) + ogg_page([tags], 0, 1) + silence
    yield "segment_link.mkv", seed("video.mkv") + b"\x3e\x83\xbb" + bytes([0x80 | len(SECRET)]) + SECRET.encode()
