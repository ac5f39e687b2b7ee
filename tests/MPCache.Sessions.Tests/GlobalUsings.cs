global using MPCache.Inference;
global using MPCache.Inference.Tests;
