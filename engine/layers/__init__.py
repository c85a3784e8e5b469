"""The kinds of layers, one record per file."""

from engine.layers.activation import ACTIVATION
from engine.layers.add import ADD
from engine.layers.average_pooling2d import AVERAGE_POOLING2D
from engine.layers.batch_normalization import BATCH_NORMALIZATION
from engine.layers.bidirectional import BIDIRECTIONAL
from engine.layers.concatenate import CONCATENATE
from engine.layers.conv2d import CONV2D
from engine.layers.conv2d_transpose import CONV2D_TRANSPOSE
from engine.layers.dense import DENSE
from engine.layers.dropout import DROPOUT
from engine.layers.embedding import EMBEDDING
from engine.layers.flatten import FLATTEN
from engine.layers.global_average_pooling2d import GLOBAL_AVERAGE_POOLING2D
from engine.layers.global_max_pooling2d import GLOBAL_MAX_POOLING2D
from engine.layers.gru import GRU
from engine.layers.input import INPUT
from engine.layers.lstm import LSTM
from engine.layers.max_pooling2d import MAX_POOLING2D
from engine.layers.output import OUTPUT
from engine.layers.reshape import RESHAPE
from engine.layers.simple_rnn import SIMPLE_RNN
from engine.layers.spec import LayerSpec
from engine.layers.up_sampling2d import UP_SAMPLING2D
from engine.layers.zero_padding2d import ZERO_PADDING2D

LAYERS: dict[str, LayerSpec] = {
    spec.id: spec
    for spec in (
        INPUT,
        FLATTEN,
        RESHAPE,
        ZERO_PADDING2D,
        CONV2D,
        CONV2D_TRANSPOSE,
        MAX_POOLING2D,
        AVERAGE_POOLING2D,
        GLOBAL_AVERAGE_POOLING2D,
        GLOBAL_MAX_POOLING2D,
        UP_SAMPLING2D,
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
