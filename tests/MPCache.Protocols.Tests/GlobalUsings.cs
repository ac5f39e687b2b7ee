global using Kernel = MPCache.Kernels.Kernel;
