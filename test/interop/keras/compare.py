"""What Keras says with the models of a folder, before and after it has saved them by itself.

python compare.py FOLDER, where katman_to_keras.py lies, and NAME.safetensors beside NAME.x (float32) for each model.
"""

import pathlib
import sys

import numpy

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder))
import keras
from katman_to_keras import load

for file in sorted(folder.glob("*.safetensors")):
    model = load(file)
    x = numpy.fromfile(file.with_suffix(".x"), "<f4").reshape(-1, *model.input_shape[1:])
    said = numpy.asarray(model(x, training=False))
    said.astype("<f4").tofile(file.with_suffix(".y"))

    model.save(file.with_suffix(".keras"))
    again = keras.models.load_model(file.with_suffix(".keras"))
    assert numpy.array_equal(numpy.asarray(again(x, training=False)), said), file
    model.save_weights(file.with_suffix(".weights.h5"))
    again.set_weights([weight * 0 for weight in again.get_weights()])
    again.load_weights(file.with_suffix(".weights.h5"))
    assert numpy.array_equal(numpy.asarray(again(x, training=False)), said), file
    print(file.stem, *(getattr(layer, "rate", layer.__class__.__name__) for layer in model.layers))
