"""Service matters (事项): one YAML file each; everything that makes one work is derived from it."""
