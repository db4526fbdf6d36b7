"""Makes safetensors files with the weights of networks of others, and what those say: python foreign.py FOLDER."""

import json
import pathlib
import sys

import keras
import numpy
from safetensors.numpy import save_file

folder = pathlib.Path(sys.argv[1])
keras.utils.set_random_seed(1)
x = keras.random.normal((20, 4), seed=2)


def save(name, tensors, activations, y, metadata=None):
    save_file({key: numpy.ascontiguousarray(value) for key, value in tensors.items()}, folder / f"{name}.safetensors", metadata)
    about = {"activations": activations, "x": numpy.asarray(x).tolist(), "y": numpy.asarray(y).tolist()}
    (folder / f"{name}.json").write_text(json.dumps(about))


def network(units, activations):
    dense = zip(units, activations)
    model = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(n, kind, bias_initializer="normal") for n, kind in dense)])
    return model, model(x)


# As Keras names its variables: dense/kernel, dense/bias, dense_1/kernel, ...
kinds = ["tanh", "relu", "softmax"]
model, y = network([5, 5, 3], kinds)
save("keras", {variable.path: variable.numpy() for variable in model.variables}, kinds, y)

# As PyTorch names and turns those of nn.Sequential(Linear, Tanh, Linear, Tanh, ...): 0.weight [units, in], 0.bias, 2.weight, ...
# With seven layers its 10.weight comes before 2.weight in the file.
kinds = ["tanh"] * 6 + ["linear"]
model, y = network([5] * 6 + [2], kinds)
tensors = {}
for number, layer in enumerate(model.layers):
    kernel, bias = layer.get_weights()
    tensors[f"{2 * number}.weight"] = kernel.T
    tensors[f"{2 * number}.bias"] = bias
save("torch", tensors, ["tanh", "identity"], y, {"format": "pt"})
