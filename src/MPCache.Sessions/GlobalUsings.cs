global using Kernel = MPCache.Kernels.Kernel;
global using MPCache.Inference;
