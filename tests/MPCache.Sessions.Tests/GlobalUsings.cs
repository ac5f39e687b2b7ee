global using MPCache.Inference;
