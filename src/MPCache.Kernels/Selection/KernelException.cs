namespace MPCache.Kernels;

/// <summary>The kernels cannot be used as asked: the message says what was asked, what was found and what is possible.</summary>
public sealed class KernelException(string message) : InvalidOperationException(message);
