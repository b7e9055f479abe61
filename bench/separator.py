#!/usr/bin/env python3
"""Compares the time of a segment of 11.9 s through both networks of Spleeter: AURA against ONNX Runtime and OpenVINO, on
the same weights and the same segment, one thread each, in turns, float32. Prints the median CPU time of 10 runs of each.

    python3 -m venv /tmp/engines && /tmp/engines/bin/pip install onnxruntime==1.23.2 onnx openvino
    cmake --build --preset release --target aura-bench-separator
    /tmp/engines/bin/python bench/separator.py build/release/bench/aura-bench-separator SPLEETER.safetensors [LANES]

The networks are written down here as ONNX from the weights, with the batch normalisations as they are in the original; the
engines fuse what they can. The AURA lines are the networks alone, as the engines run them, and a segment of a track, with
its transforms.
"""
import json
import statistics
import struct
import subprocess
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

try:
    import openvino
except ImportError:
    openvino = None

RUNS = 10
WARM_UP = 2
FRAMES, BINS = 512, 1024
TAPS = (3, 1, 4, 2, 0)  # the order of rows and columns in transposed kernels


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    return {name: np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


class Graph:
    def __init__(self, tensors):
        self.tensors = tensors
        self.nodes, self.constants = [], []

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def add(self, operator, inputs, **attributes):
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def norm(self, layer, value):
        parts = [self.constant(self.tensors[f"{layer}.{part}"]) for part in ("gamma", "beta", "mean", "variance")]
        return self.add("BatchNormalization", [value, *parts], epsilon=1e-3)

    def weights(self, layer):
        return self.constant(self.tensors[f"{layer}.bias"])

    def down(self, layer, value):
        kernel = self.tensors[f"{layer}.kernel"].transpose(0, 4, 3, 1, 2)  # [outputs / 16][16][inputs][5][5]
        kernel = kernel.reshape(-1, *kernel.shape[2:])
        return self.add("Conv", [value, self.constant(kernel), self.weights(layer)], strides=[2, 2], pads=[1, 1, 2, 2])

    def up(self, layer, value):
        packed = self.tensors[f"{layer}.kernel"]
        if packed.ndim == 5:
            packed = packed.transpose(3, 0, 4, 1, 2)  # [inputs][outputs / 16][16][5][5]
            packed = packed.reshape(packed.shape[0], -1, 5, 5)
            kernel = np.empty_like(packed)
            for i, row in enumerate(TAPS):
                for j, column in enumerate(TAPS):
                    kernel[:, :, row, column] = packed[:, :, i, j]
        else:
            kernel = packed.transpose(2, 0, 1)[:, None]
        value = self.add("ConvTranspose", [value, self.constant(kernel), self.weights(layer)], strides=[2, 2],
                         pads=[1, 1, 2, 2])
        return self.norm(layer, self.add("Relu", [value]))

    def network(self, name):
        value, sums = "x", []
        for i in range(1, 7):
            value = self.down(f"{name}.down_{i}", value)
            sums.append(value)
            if i < 6:
                value = self.add("LeakyRelu", [self.norm(f"{name}.down_{i}", value)], alpha=0.2)
        for i in range(1, 7):
            value = self.up(f"{name}.up_{i}", value)
            if i < 6:
                value = self.add("Concat", [sums[5 - i], value], axis=1)
        kernel = self.tensors[f"{name}.mask.kernel"].transpose(2, 0, 1)[:, None]
        value = self.add("Conv", [value, self.constant(kernel), self.weights(f"{name}.mask")], dilations=[2, 2],
                         pads=[3, 3, 3, 3])
        return self.add("Mul", [self.add("Sigmoid", [value]), "x"])


def build(tensors):
    g = Graph(tensors)
    vocals, rest = (g.add("Mul", [value, value]) for value in map(g.network, ("vocals", "accompaniment")))
    half, whole = g.constant([5e-11]), g.constant([1e-10])
    total = g.add("Add", [g.add("Add", [vocals, rest]), whole])
    g.nodes.append(helper.make_node("Div", [g.add("Add", [vocals, half]), total], ["mask"]))
    shape = [1, 2, FRAMES, BINS]
    graph = helper.make_graph(g.nodes, "spleeter", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("mask", TensorProto.FLOAT, shape)], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def timed(run):
    """CPU milliseconds, of all threads, and the first number of the mask."""
    before = time.process_time()
    mask = run()
    return (time.process_time() - before) * 1e3, float(mask[0, 0, 0, 0])


def engines(model, segment):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    yield f"ONNX Runtime {onnxruntime.__version__}", lambda: session.run(None, {"x": segment})[0]
    if openvino:
        settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        compiled = openvino.Core().compile_model(openvino.Core().read_model(model), "CPU", settings)
        yield f"OpenVINO {openvino.__version__.split('-')[0]}", lambda: compiled([segment])[0]


def main():
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(what):
        program.stdin.write(what + "\n")
        program.stdin.flush()
        return tuple(map(float, program.stdout.readline().split()))

    segment = (3 + 3 * np.sin(0.37 * (np.arange(FRAMES * 2 * BINS) % 10007))).astype(np.float32)
    segment = np.ascontiguousarray(segment.reshape(FRAMES, 2, BINS).transpose(1, 0, 2)[None])
    runs = {"AURA, the networks": lambda: ask("run"), "AURA, a segment of a track": lambda: ask("track")}
    for name, run in engines(build(read_safetensors(sys.argv[2])), segment):
        runs[name] = lambda run=run: timed(run)
    times = {name: [] for name in runs}
    for turn in range(WARM_UP + RUNS):
        for name, run in runs.items():
            milliseconds, number = run()
            if turn >= WARM_UP:
                times[name].append(milliseconds)
            elif turn == 0:
                print(f"{name}: first number {number:.6f}")
    for name, taken in times.items():
        print(f"{name}: median {statistics.median(taken):.1f} ms, least {min(taken):.1f} ms")
    program.stdin.close()
    program.wait()


if __name__ == "__main__":
    main()
