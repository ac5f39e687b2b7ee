namespace MPCache.Interop;

public static unsafe partial class NativeMethods
{
    /// <summary>The resolver is in place before the first call, whoever makes it.</summary>
    static NativeMethods() => NativeLibraryResolver.Register();
}
