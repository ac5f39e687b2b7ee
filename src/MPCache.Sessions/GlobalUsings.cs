global using Kernel = MPCache.Kernels.Kernels;
global using MPCache.Inference;
