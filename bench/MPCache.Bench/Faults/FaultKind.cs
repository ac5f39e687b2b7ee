namespace MPCache.Bench;

/// <summary>What happens to a process.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL: the system closes its sockets.</summary>
    Kill,

    /// <summary>SIGSTOP until the others have ended their session, then SIGCONT: its sockets stay open and silent meanwhile.</summary>
    Stop,

    /// <summary>SIGSTOP and SIGCONT within the silence that links bear: nothing may come of it.</summary>
    Pause,
}
