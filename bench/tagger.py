#!/usr/bin/env python3
"""Compares the time of one patch through one network of musicnn: AURA against ONNX Runtime and OpenVINO, on the same
weights and the same patch, one thread each, in turns, float32. Prints the median CPU time of 20 runs of each.

    python3 -m venv /tmp/engines && /tmp/engines/bin/pip install onnxruntime==1.23.2 onnx openvino
    cmake --build --preset release --target aura-bench-tagger
    /tmp/engines/bin/python bench/tagger.py build/release/bench/aura-bench-tagger MUSICNN.safetensors [LANES]

The network is written down here as ONNX from the weights, with the batch normalisations as they are in the original; the
engines fuse what they can.
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

RUNS = 20
WARM_UP = 3


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

    def constant(self, values, kind=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, kind), name))
        return name

    def add(self, operator, inputs, **attributes):
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def weights(self, name):
        return self.tensors[f"msd.{name}"]

    def norm(self, layer, value):
        parts = [self.constant(self.weights(f"{layer}.{part}")) for part in ("gamma", "beta", "mean", "variance")]
        return self.add("BatchNormalization", [value, *parts], epsilon=1e-3)

    def convolution(self, layer, value, pads):
        kernel = self.weights(f"{layer}.kernel").transpose(3, 2, 0, 1)
        value = self.add("Conv", [value, self.constant(kernel), self.constant(self.weights(f"{layer}.bias"))],
                         pads=[pads[0], 0, pads[1], 0])
        return self.norm(layer, self.add("Relu", [value]))

    def front(self, layer, value, pads, positions):
        value = self.convolution(layer, value, pads)
        return self.add("MaxPool", [value], kernel_shape=[1, positions])  # [1, filters, frames, 1]

    def dense(self, layer, value):
        return self.add("Gemm", [value, self.constant(self.weights(f"{layer}.kernel")),
                                 self.constant(self.weights(f"{layer}.bias"))])


def build(tensors):
    g = Graph(tensors)
    x = g.norm("input", "x")  # [1, 1, frames, bands]
    fronts = [g.front("timbral_38", x, (3, 3), 59), g.front("timbral_67", x, (3, 3), 30)]
    fronts += [g.front(f"temporal_{size}", x, ((size - 1) // 2, size // 2), 96) for size in (128, 64, 32)]
    fronts = g.add("Transpose", [g.add("Concat", fronts, axis=1)], perm=[0, 3, 2, 1])  # [1, 1, frames, channels]
    layers = [fronts]
    value = fronts
    for i in (1, 2, 3):
        out = g.add("Transpose", [g.convolution(f"middle_{i}", value, (3, 3))], perm=[0, 3, 2, 1])
        value = out if i == 1 else g.add("Add", [out, value])
        layers.append(value)
    features = g.add("Concat", layers, axis=3)
    highest = g.add("ReduceMax", [features, g.constant([2], np.int64)], keepdims=1)
    mean = g.add("ReduceMean", [features, g.constant([2], np.int64)], keepdims=1)
    pooled = g.add("Concat", [highest, mean], axis=2)  # [1, 1, 2, channels]
    flat = g.add("Reshape", [g.add("Transpose", [pooled], perm=[0, 1, 3, 2]), g.constant([1, 1506], np.int64)])
    hidden = g.norm("penultimate", g.add("Relu", [g.dense("penultimate", g.norm("pooled", flat))]))
    g.nodes.append(helper.make_node("Sigmoid", [g.dense("output", hidden)], ["tags"]))
    graph = helper.make_graph(g.nodes, "musicnn", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 187, 96])],
                              [helper.make_tensor_value_info("tags", TensorProto.FLOAT, [1, 50])], g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def timed(run):
    """CPU milliseconds, of all threads, and the first tag."""
    before = time.process_time()
    tags = run()
    return (time.process_time() - before) * 1e3, float(tags[0, 0])


def engines(model, patch):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    yield f"ONNX Runtime {onnxruntime.__version__}", lambda: session.run(None, {"x": patch})[0]
    if openvino:
        settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        compiled = openvino.Core().compile_model(openvino.Core().read_model(model), "CPU", settings)
        yield f"OpenVINO {openvino.__version__.split('-')[0]}", lambda: compiled([patch])[0]


def main():
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def aura():
        program.stdin.write("run\n")
        program.stdin.flush()
        return tuple(map(float, program.stdout.readline().split()))

    patch = (1.5 + np.sin(0.37 * (np.arange(187 * 96) % 1009))).astype(np.float32).reshape(1, 1, 187, 96)
    runs = {"AURA": aura}
    for name, run in engines(build(read_safetensors(sys.argv[2])), patch):
        runs[name] = lambda run=run: timed(run)
    times = {name: [] for name in runs}
    for turn in range(WARM_UP + RUNS):
        for name, run in runs.items():
            milliseconds, tag = run()
            if turn >= WARM_UP:
                times[name].append(milliseconds)
            elif turn == 0:
                print(f"{name}: first tag {tag:.6f}")
    for name, taken in times.items():
        print(f"{name}: median {statistics.median(taken):.1f} ms, least {min(taken):.1f} ms")
    program.stdin.close()
    program.wait()


if __name__ == "__main__":
    main()
