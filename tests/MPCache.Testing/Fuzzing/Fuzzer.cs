using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MPCache.Testing;

/// <summary>
/// Reads damaged inputs without end. An input that is refused in a way not seen before, or read after it was damaged, joins those of which
/// further ones are made: refusals are the paths that it goes by.
/// </summary>
public static partial class Fuzzer
{
    private const int MostKept = 400;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    /// <summary>An input that was neither read nor refused.</summary>
    /// <param name="Target">Whose.</param>
    /// <param name="Input">The bytes.</param>
    /// <param name="What">What came of them.</param>
    public sealed record Finding(string Target, byte[] Input, string What);

    /// <summary>What a run did.</summary>
    /// <param name="Inputs">Inputs read.</param>
    /// <param name="Outcomes">Different outcomes.</param>
    /// <param name="Finding">The first finding; null where there is none.</param>
    public sealed record Result(long Inputs, int Outcomes, Finding? Finding);

    /// <summary>Reads damaged inputs until told otherwise, or until one is a finding.</summary>
    /// <param name="target">What reads.</param>
    /// <param name="seed">Of all damage.</param>
    /// <param name="goesOn">Asked with the number of inputs read.</param>
    public static Result Run(FuzzTarget target, int seed, Func<long, bool> goesOn)
    {
        var random = new Random(seed);
        var damage = new Damage(random);
        var outcomes = new HashSet<string>();
        List<byte[]> kept = [.. target.Seeds.Value];
        long inputs = 0;
        for (; goesOn(inputs); inputs++)
        {
            byte[] input = damage.Of(kept[random.Next(kept.Count)], target.Header, target.IsJson);
            (string outcome, Finding? finding) = Try(target, input);
            if (finding is not null)
            {
                return new Result(inputs + 1, outcomes.Count, finding);
            }

            if (outcomes.Add(Particulars().Replace(outcome, "#")) && kept.Count < MostKept)
            {
                kept.Add(input);
            }
        }

        return new Result(inputs, outcomes.Count, null);
    }

    /// <summary>Reads one input.</summary>
    public static (string Outcome, Finding? Finding) Try(FuzzTarget target, byte[] input)
    {
        string? wrong = null, outcome = null;
        var work = new Thread(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                outcome = target.Read(input);
            }
            catch (Exception e)
            {
                wrong = e.ToString();
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            wrong ??= allocated > target.MostAllocated ? $"{allocated:N0} bytes were allocated; {outcome}" : null;
        })
        { IsBackground = true };
        work.Start();
        if (!work.Join(s_longest))
        {
            wrong = $"it was not over after {s_longest.TotalSeconds} s";
        }

        return (outcome ?? "", wrong is null ? null : new Finding(target.Name, input, wrong));
    }

    /// <summary>What refusals name: numbers, quoted words, paths.</summary>
    [GeneratedRegex("""[0-9][0-9.,]*|"[^"]*"|'[^']*'|/[^ :]*""")]
    private static partial Regex Particulars();
}
