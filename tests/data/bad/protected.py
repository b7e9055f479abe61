"""Files with protection (DRM), of several shops' kinds, around a tone that stands for what can't be understood."""

import struct

from containers import box, full_box, mov, u32
from sources import pcm, seed, tone

CONTENT_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
EXTENDED_CONTENT_ENCRYPTION = bytes.fromhex("14e68a292226174cb935dae07ee9289c")


def protected_mov(entry, scheme, information):
    """A QuickTime file whose sound is declared as `entry`, what it was before in a box beside."""
    sound = bytes(6) + b"\0\1" + struct.pack(">HHIHHHHI", 0, 0, 0, 1, 16, 0, 0, 22050 << 16)
    sinf = box(b"sinf", box(b"frma", b"sowt"), full_box(b"schm", scheme, u32(0x10000)), box(b"schi", information))
    return mov(tables={b"stsd": full_box(b"stsd", u32(1), box(entry, sound, sinf))})


def wma(guid, body):
    """clip.wma with one more object in its header, behind the others."""
    data = seed("clip.wma")
    size, count = struct.unpack_from("<QI", data, 16)
    added = guid + struct.pack("<Q", 24 + len(body)) + body
    return data[:16] + struct.pack("<QI", size + len(added), count + 1) + data[28:size] + added + data[size:]


def content_encryption():
    parts = bytes(16), b"DRM\0", b"key\0", b"http://127.0.0.1/license\0"
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


def element(name, *parts):
    """An EBML element, its size in 8 bytes."""
    body = b"".join(parts)
    return bytes.fromhex(name) + struct.pack(">Q", len(body) | 1 << 56) + body


def encrypted_webm():
    encryption = element("6240", element("5031", b"\0"), element("5032", b"\1"), element("5033", b"\1"),
                         element("5035", element("47e1", b"\5"), element("47e2", bytes(16))))
    audio = element("e1", element("b5", struct.pack(">d", 22050)), element("9f", b"\1"), element("6264", b"\x10"))
    track = element("ae", element("d7", b"\1"), element("73c5", b"\1"), element("83", b"\2"),
                    element("86", b"A_PCM/INT/LIT"), audio, element("6d80", encryption))
    block = element("a3", b"\x81\0\0\x80", b"\1" + bytes(8), pcm(tone()))
    return (element("1a45dfa3", element("4282", b"matroska"))
            + element("18538067", element("1549a966", element("2ad7b1", b"\x0f\x42\x40")), element("1654ae6b", track),
                      element("1f43b675", element("e7", b"\0"), block)))


def files():
    tenc = full_box(b"tenc", bytes([0, 0, 1, 8]), bytes(16))
    yield "drm_itunes.m4p", protected_mov(b"drms", b"itun", box(b"user", bytes(4)) + box(b"key ", bytes(4)))
    yield "drm_common_encryption.m4a", protected_mov(b"enca", b"cenc", tenc)
    yield "drm_audible.aax", protected_mov(b"aavd", b"adrm", b"")
    yield "drm_windows_media.wma", wma(CONTENT_ENCRYPTION, content_encryption())
    yield "drm_windows_media_7.wma", wma(EXTENDED_CONTENT_ENCRYPTION, u32(0x10000000) + bytes(16))
    yield "drm_encrypted.webm", encrypted_webm()
