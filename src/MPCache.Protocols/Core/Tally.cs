namespace MPCache.Protocols;

/// <summary>
/// Costs by stage of the program. The same bookkeeping runs in every role, so a stage means the same in a plan and in a report.
/// </summary>
public sealed class Tally
{
    private readonly Dictionary<string, StageRow> _stages = [];
    private readonly List<string> _order = [];

    /// <summary>One stage's row.</summary>
    public sealed class StageRow(string name)
    {
        /// <summary>Name of the stage.</summary>
        public string Name { get; } = name;

        /// <summary>Rounds and bytes.</summary>
        public Cost Cost { get; internal set; }

        /// <summary>Wall-clock time attributed to the stage.</summary>
        public TimeSpan Time { get; internal set; }
    }

    /// <summary>All stages, in the order in which they first ran.</summary>
    public IEnumerable<StageRow> Stages => _order.Select(n => _stages[n]);

    /// <summary>Every stage's cost so far.</summary>
    public Dictionary<string, Cost> Snapshot() => _stages.ToDictionary(s => s.Key, s => s.Value.Cost);

    /// <summary>Sum over all stages.</summary>
    public Cost Total => _stages.Values.Aggregate(default(Cost), (sum, row) => sum + row.Cost);

    internal StageRow this[string stage]
    {
        get
        {
            if (!_stages.TryGetValue(stage, out StageRow? row))
            {
                _stages[stage] = row = new StageRow(stage);
                _order.Add(stage);
            }

            return row;
        }
    }

    internal void Add(string stage, Cost cost)
    {
        StageRow row = this[stage];
        row.Cost += cost;
    }
}
