"""Models that `mlaasim model export` wrote, evaluated by NumPy alone: a check that shares no code with what trained them."""

import json

import numpy as np


def load(file):
    """The arrays of a .npz by name, and what it says of the model."""
    arrays = dict(np.load(file))
    return arrays, json.loads(str(arrays.pop("__metadata__")))


def load_safetensors(file):
    """The same of a .safetensors file, read by its specification."""
    content = file.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    about = json.loads(header.pop("__metadata__")["model"])
    values = content[8 + length:]
    return {name: np.frombuffer(values[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
            for name, entry in header.items()}, about


def convolution(values, weight, bias):
    """A step of one, the same size, zeros around."""
    height, width = weight.shape[2:]
    rows, columns = height // 2, width // 2
    padded = np.pad(values, ((0, 0), (0, 0), (rows, rows), (columns, columns)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True) + bias[:, None, None]


def max_pool(values, window):
    height, width = window
    count, channels, rows, columns = values.shape
    whole = values[:, :, :rows // height * height, :columns // width * width]
    return whole.reshape(count, channels, rows // height, height, columns // width, width).max(axis=(3, 5))


def batch_norm(values, weight, bias, mean, variance):
    scale = weight / np.sqrt(variance + 1e-5)
    return (values - mean[:, None, None]) * scale[:, None, None] + bias[:, None, None]


def logits(arrays, about, samples):
    """The model's outputs for samples of bytes, in double precision."""
    values = (samples.reshape(len(samples), *about["input"]) / 255 - about["mean"]) / about["deviation"]
    for number, layer in enumerate(about["layers"]):
        def tensors(*names, at=number):
            return [arrays[f"{at}.{name}"].astype("float64") for name in names]

        kind = layer["kind"]
        if kind == "flatten":
            values = values.reshape(len(values), -1)
        elif kind == "linear":
            weight, bias = tensors("weight", "bias")
            values = values @ weight.T + bias
        elif kind == "relu":
            values = np.maximum(values, 0)
        elif kind == "convolution":
            values = convolution(values, *tensors("weight", "bias"))
        elif kind == "batch_norm":
            values = batch_norm(values, *tensors("weight", "bias", "running_mean", "running_var"))
        elif kind == "max_pool":
            values = max_pool(values, layer["window"])
        else:
            raise ValueError(f"unknown layer {kind}")
    return values
