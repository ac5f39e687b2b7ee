namespace MPCache.Cli;

/// <summary>What both ends of the transport benchmark do, in this order: for each size, trips over channel and socket by turns; then bulk runs, by turns too.</summary>
internal static class TransportPlan
{
    /// <summary>Sizes of a message that goes there and back.</summary>
    public static readonly int[] Sizes = [64, 1 << 10, 16 << 10, 64 << 10, 1 << 20, 4 << 20];

    /// <summary>Bytes of a message of a bulk run.</summary>
    public const int BulkPiece = 4 << 20;

    /// <summary>Messages of a bulk run: 512 MiB in all.</summary>
    public const int BulkPieces = 128;

    /// <summary>Bulk runs of each kind.</summary>
    public const int BulkRuns = 5;

    /// <summary>Trips of a size, the first tenth of which warms up.</summary>
    public static int Trips(int size) => size <= 64 << 10 ? 2000 : 100;
}
