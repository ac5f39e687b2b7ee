using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Oracles;

namespace MPCache.Bench;

/// <summary>A decoded token beside the plaintext engine's: the two engines and all policies run by turns.</summary>
internal static class Decoding
{
    private const int Steps = 12;

    public static async Task<DecodeRow[]> Run(
        ModelFile model,
        string path,
        string[] policies,
        int[] lengths,
        int repeat,
        LinkChoice links,
        bool besideInsecure,
        CancellationToken cancel)
    {
        var weights = new FloatWeights(model);
        using FilledRuns runs = await FilledRuns.Start(model, path, links, cancel);
        await runs.Run(policies[0], lengths[0], Steps, cancel); // warms up
        using FilledRuns? bare = besideInsecure ? await FilledRuns.Start(model, path, links with { Insecure = true }, cancel) : null;
        if (bare is not null)
        {
            await bare.Run(policies[0], lengths[0], Steps, cancel);
        }

        using LlamaCpp? llama = File.Exists(path) ? new LlamaCpp(path, lengths.Max() + Steps, Environment.ProcessorCount) : null;
        var rows = new List<DecodeRow>();
        foreach (int length in lengths)
        {
            DecodeTurn[][] turns = await Paired.Run(policies, repeat, 0, async policy => new DecodeTurn(
                await runs.Run(policy, length, Steps, cancel),
                bare is null ? null : await bare.Run(policy, length, Steps, cancel),
                PlainSteps.Run(weights, CachePolicy.Parse(policy), length, Steps),
                llama is null ? null : LlamaCppSteps.Run(llama, length, Steps)));
            rows.AddRange(policies.Zip(turns, (policy, t) => Row(policy, length, t)));
        }

        return [.. rows];
    }

    private static DecodeRow Row(string policy, int length, DecodeTurn[] pairs)
    {
        var seconds = Spread.Of(pairs.SelectMany(p => FilledRuns.StepSeconds(p.Private)));
        var plain = Spread.Of(pairs.SelectMany(p => p.Plain.Seconds));
        double[] each = [.. pairs.Select(p => Spread.Of(FilledRuns.StepSeconds(p.Private)).Median)];
        PhaseLine last = pairs[0].Private.Decode[^1];
        return new DecodeRow
        {
            Policy = policy,
            Cache = length,
            Seconds = seconds.Median,
            SecondsSpread = seconds,
            PlainSeconds = plain.Median,
            PlainSecondsSpread = plain,
            LlamaCppSeconds = pairs[0].Llama is null ? null : Spread.Of(pairs.SelectMany(p => p.Llama!)).Median,
            EncryptionRatio = pairs[0].Insecure is null ? null : Spread.OfRatios(each,
                [.. pairs.Select(p => Spread.Of(FilledRuns.StepSeconds(p.Insecure!)).Median)]),
            Ratio = Spread.OfRatios(each, [.. pairs.Select(p => Spread.Of(p.Plain.Seconds).Median)]),
            OnlineBytes = last.Bytes.ClientToServer + last.Bytes.ServerToClient,
            DealtBytes = last.Bytes.DealerToServer,
            Rounds = last.Rounds,
            Shares = pairs[0].Private.DecodeShares.Keys
                .ToDictionary(process => process, process => Mean([.. pairs.Select(p => p.Private.DecodeShares[process])])),
            PlainCpuSeconds = pairs.Average(p => p.Plain.CpuSeconds),
        };
    }

    private static DecodeShare Mean(DecodeShare[] runs) => new(
        runs.Average(r => r.Seconds) / Steps, runs.Average(r => r.CpuSeconds) / Steps, runs.Average(r => r.ExchangeSeconds) / Steps, runs
            .Average(r => r.CorrelationSeconds) / Steps);
}

/// <summary>What is run one after another: encrypted, without encryption if asked for, in the clear, and llama.cpp.</summary>
internal sealed record DecodeTurn(GenerationReport Private, GenerationReport? Insecure, PlainSteps Plain, double[]? Llama);
