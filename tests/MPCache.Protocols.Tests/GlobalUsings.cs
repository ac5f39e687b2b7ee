global using Kernel = MPCache.Kernels.Kernels;
