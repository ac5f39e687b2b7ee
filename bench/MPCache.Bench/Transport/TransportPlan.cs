
namespace MPCache.Bench;

/// <summary>
/// What both ends of the transport benchmark do, in this order: for each size, round trips over each way by turns; then, for each size,
/// bulk runs by turns.
/// </summary>
internal static class TransportPlan
{
    /// <summary>Sizes of a message.</summary>
    public static readonly int[] Sizes = [64, 1 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20];

    /// <summary>Bulk runs of each size and route, the first of which warms up.</summary>
    public const int BulkRuns = 6;

    /// <summary>Round trips of a size, the first tenth of which warms up.</summary>
    public static int Trips(int size) => size <= 64 << 10 ? 2000 : 200;

    /// <summary>Messages of a bulk run: 256 MiB, or fewer where they are small.</summary>
    public static int Bulk(int size) => Math.Min(100_000, (256 << 20) / size);
}
