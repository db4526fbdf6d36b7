"""Makes the files of fixtures/ with the exporters of PyTorch and Keras; only needed to make them anew.

pip install torch onnx onnxscript keras; python fixtures.py
Made with PyTorch 2.13.0, Keras 3.15.1 on PyTorch, onnxscript 0.7.2 and onnx 1.23.1.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "torch"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import onnx
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent / "fixtures"
torch.manual_seed(1)
expected = {}


def tidy(name):
    """Leaves out where in whose sources each node comes from."""
    file = FOLDER / f"{name}.onnx"
    model = onnx.load(file, load_external_data=False)
    for part in [model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    file.write_bytes(model.SerializeToString())
    print(name, " ".join(node.op_type for node in model.graph.node))


def save(name, model, inputs, dynamo=True, dtype=torch.float32, shape=None, **options):
    model = model.to(dtype).eval()
    x = torch.randn(5, *(shape or [inputs]), dtype=dtype) * 2
    batch = {"dynamic_shapes": {"input": {0: torch.export.Dim("batch")}}} if dynamo else {"dynamic_axes": {"input": {0: "batch"}}}
    options = {"external_data": False, **options} if dynamo else options
    torch.onnx.export(model, (x,), FOLDER / f"{name}.onnx", dynamo=dynamo, input_names=["input"], **batch, **options)
    with torch.no_grad():
        y = model(x)
    expected[name] = {"x": x.flatten(1).tolist(), "y": y.tolist()}
    tidy(name)


class Standardized(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([1.5, -2.0, 100.0]))
        self.register_buffer("std", torch.tensor([0.5, 3.0, 40.0]))
        self.body = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))

    def forward(self, input):
        return self.body((input - self.mean) / self.std) * 20.0 + 7.0


def every():
    kinds = [nn.Sigmoid(), nn.Tanh(), nn.ReLU(), nn.LeakyReLU(0.01), nn.GELU(), nn.SiLU(), nn.ELU(), nn.Softplus()]
    return nn.Sequential(*(part for kind in kinds for part in (nn.Linear(4, 4), kind)), nn.Linear(4, 3), nn.Softmax(-1))


for dynamo in (True, False):
    how = "dynamo" if dynamo else "traced"
    save(f"torch-{how}-every", every(), 4, dynamo)
    save(f"torch-{how}-standardized", Standardized(), 3, dynamo)
    save(f"torch-{how}-float64", nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 1)), 3, dynamo, torch.float64)
    save(
        f"torch-{how}-image",
        nn.Sequential(nn.Flatten(), nn.Linear(12, 4, bias=False), nn.Dropout(0.5), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid()),
        12,
        dynamo,
        shape=[1, 3, 4],
    )
save("torch-opset20-gelu", nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 1)), 3, opset_version=20)
save("torch-opset18-every", every(), 4, opset_version=18)
save("torch-refused-tanh-gelu", nn.Sequential(nn.Linear(3, 4), nn.GELU("tanh"), nn.Linear(4, 1)), 3)
save("torch-refused-slope", nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1)), 3)
save(
    "torch-refused-conv",
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2)),
    16,
    shape=[1, 4, 4],
)
save("torch-refused-external", nn.Sequential(nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 1)), 40, external_data=True)
(FOLDER / "torch-refused-external.onnx.data").unlink()

normalization = keras.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 9.0, 16.0])
keras_model = keras.Sequential(
    [
        keras.Input((3,)),
        normalization,
        *(keras.layers.Dense(4, kind) for kind in ["relu", "tanh", "gelu", "silu", "elu", "softplus", "sigmoid"]),
        keras.layers.Dense(3, "softmax"),
    ]
)
x = torch.randn(5, 3) * 2
keras_model(x)
keras_model.export(FOLDER / "keras-every.onnx", format="onnx", verbose=False)
expected["keras-every"] = {"x": x.tolist(), "y": keras_model(x).tolist()}
tidy("keras-every")

(FOLDER / "expected.json").write_text(json.dumps(expected))
