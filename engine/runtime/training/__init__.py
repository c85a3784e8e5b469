"""Training: objectives, the fused loop, checkpoints."""
