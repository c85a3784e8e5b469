"""The kinds of layers, one record per file."""

from engine.layers.activation import ACTIVATION
from engine.layers.add import ADD
from engine.layers.average_pooling2d import AVERAGE_POOLING2D
from engine.layers.batch_normalization import BATCH_NORMALIZATION
from engine.layers.bidirectional import BIDIRECTIONAL
from engine.layers.concatenate import CONCATENATE
from engine.layers.conv2d import CONV2D
from engine.layers.dense import DENSE
from engine.layers.dropout import DROPOUT
from engine.layers.embedding import EMBEDDING
from engine.layers.flatten import FLATTEN
from engine.layers.global_average_pooling2d import GLOBAL_AVERAGE_POOLING2D
from engine.layers.gru import GRU
from engine.layers.input import INPUT
from engine.layers.lstm import LSTM
from engine.layers.max_pooling2d import MAX_POOLING2D
from engine.layers.output import OUTPUT
from engine.layers.reshape import RESHAPE
from engine.layers.simple_rnn import SIMPLE_RNN
from engine.layers.spec import LayerSpec

LAYERS: dict[str, LayerSpec] = {
    spec.id: spec
    for spec in (
        INPUT,
        FLATTEN,
        RESHAPE,
        CONV2D,
        MAX_POOLING2D,
        AVERAGE_POOLING2D,
        GLOBAL_AVERAGE_POOLING2D,
        DENSE,
        ACTIVATION,
        EMBEDDING,
        BATCH_NORMALIZATION,
        DROPOUT,
        LSTM,
        GRU,
        SIMPLE_RNN,
        BIDIRECTIONAL,
        ADD,
        CONCATENATE,
        OUTPUT,
    )
}
