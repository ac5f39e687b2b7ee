using CsCheck;

namespace MPCache.Cache.Tests;

/// <summary>
/// The policies of the field keep and select what their authors' formulas say, computed here anew in double precision, without the engine's
/// operations.
/// </summary>
public class FieldPoliciesTests
{
    private const int Heads = 4, KeyHeads = 2, Width = 8, Prompt = 60;

    private static readonly HeadRows Queries = Rows.Random(31, Heads, Prompt, Width), Keys = Rows.Random(32, KeyHeads, Prompt, Width);

    [Fact]
    public void Tova_keeps_what_the_last_query_attends_to_in_the_mean_over_heads()
    {
        double[] mean = Mean(Enumerable.Range(0, Heads).Select(h => Attention(h, Prompt - 1)));
        Assert.All(Kept("tova --budget 12"), head => Assert.Equal(Largest(mean, 12), head));
    }

    [Fact]
    public void H2o_keeps_recent_tokens_and_those_with_the_most_attention_from_all_queries()
    {
        int[][] kept = Kept("h2o --budget 12");
        for (int k = 0; k < KeyHeads; k++)
        {
            Assert.Equal([.. Largest(AllAttention(k)[..(Prompt - 6)], 6), .. Rows.Range(Prompt - 6, Prompt)], kept[k]);
        }
    }

    [Theory]
    [InlineData("h2o --budget 12")]
    [InlineData("tova --budget 12")]
    public void A_running_budget_drops_one_token_at_a_step(string text)
    {
        CachePolicy policy = CachePolicy.Parse(text);
        var trial = new PolicyTrial(policy, Trial.Shape(1, Queries, Keys, Prompt));
        trial.Prompt(0, Trial.Scaled(Queries), Trial.Flat(Keys));
        int[][] kept = trial.EndPrompt()[0];
        HeadRows query = Rows.Random(33, Heads, 1, Width), key = Rows.Random(34, KeyHeads, 1, Width);
        trial.Step(0, Trial.Scaled(query), Trial.Flat(key));
        int[][] left = trial.EndStep(0, Trial.Scaled(query));
        bool sums = policy is H2o;
        double[] together = new double[13];
        for (int k = 0; k < KeyHeads; k++)
        {
            int[] cached = [.. kept[k], Prompt];
            double[] sum = [.. cached.Select(t => sums && t < Prompt ? AllAttention(k)[t] : 0)];
            for (int h = 2 * k; h < (2 * k) + 2; h++)
            {
                double[] given = Softmax([.. cached.Select(t => Score(query.Row(h, 0), t < Prompt ? Keys.Row(k, t) : key.Row(k, 0)))]);
                sum = [.. sum.Zip(given, (a, b) => a + b)];
            }

            together = [.. together.Zip(sum, (a, b) => a + b)];
            if (sums)
            {
                int[] stay = [.. Largest(sum[..7], 6).Select(i => cached[i]), .. cached[7..]];
                Assert.Equal(stay, left[k]);
            }
        }

        if (!sums)
        {
            Assert.Equal(kept[0], kept[1]);
            Assert.All(left, head => Assert.Equal(Largest(together, 12).Select(i => i < 12 ? kept[0][i] : Prompt), head));
        }
    }

    [Theory]
    [InlineData(12, 1, 100, 9, 13)] // thinned after each step
    [InlineData(12, 4, 100, 4, 16)] // grows to the fourth step
    [InlineData(12, 4, 100, 5, 13)] // which thins
    [InlineData(12, 4, 3, 4, 7)]    // short of its budget
    [InlineData(12, 1, 3, 30, 13)]
    public void A_running_budget_has_public_counts(int budget, int every, int prompt, int generated, int cached) =>
        Assert.Equal(cached, CachePolicy.Parse($"tova --budget {budget} --every {every}").Cached(prompt, generated, 0));

    [Fact]
    public void Knorm_keeps_the_shortest_keys()
    {
        int[][] kept = Kept("knorm --budget 12");
        for (int k = 0; k < KeyHeads; k++)
        {
            double[] lengths = [.. Tokens.Select(t => -Length(Keys.Row(k, t)))];
            Assert.Equal(Largest(lengths, 12), kept[k]);
        }
    }

    [Fact]
    public void Keydiff_keeps_the_keys_least_like_the_mean_direction()
    {
        int[][] kept = Kept("keydiff --budget 12");
        for (int k = 0; k < KeyHeads; k++)
        {
            double[][] units = [.. Tokens.Select(t => Keys.Row(k, t).ToArray().Select(v => v / Length(Keys.Row(k, t))).ToArray())];
            double[] mean = Mean(units);
            Assert.Equal(Largest([.. units.Select(u => -u.Zip(mean, (a, b) => a * b).Sum())], 12), kept[k]);
        }
    }

    [Fact]
    public void Pyramidkv_falls_linearly_over_the_layers()
    {
        // (40 - 8) in the mean; the last layer a quarter of it, so the first 2 * 32 - 8; both and the windows.
        CachePolicy policy = CachePolicy.Parse("pyramidkv --budget 40 --window 8 --beta 4").Of(3);
        Assert.Equal([64, 40, 16], Enumerable.Range(0, 3).Select(l => policy.Kept(90, l)));
        Assert.Equal([50, 40, 30], Enumerable.Range(0, 3).Select(l => policy.Kept(50, l))); // no layer keeps more than there is
        Assert.Equal([40, 40, 40], Enumerable.Range(0, 3).Select(l => policy.Kept(40, l)));
        Assert.Throws<InvalidOperationException>(() => CachePolicy.Named("pyramidkv").Kept(512, 0));
    }

    [Fact]
    public void Corm_keeps_what_any_of_the_last_queries_gave_much_attention()
    {
        int[][] kept = Kept("corm --budget 16 --window 8");
        for (int k = 0; k < KeyHeads; k++)
        {
            double[] most = new double[Prompt - 8];
            foreach ((int head, int row) in from h in new[] { 2 * k, (2 * k) + 1 } from r in Rows.Range(Prompt - 8, Prompt) select (h, r))
            {
                most = [.. most.Zip(Attention(head, row), Math.Max)];
            }

            Assert.Equal([.. Largest(most, 8), .. Rows.Range(Prompt - 8, Prompt)], kept[k]);
        }
    }

    [Fact]
    public void Longcache_selects_the_largest_scores_between_the_first_and_the_last()
    {
        HeadRows query = Rows.Random(35, Heads, 1, Width);
        int[][] selected = Trial.Select(CachePolicy.Parse("longcache --budget 20 --sinks 3 --recent 5"), 0, Prompt - 1, query, Keys);
        for (int h = 0; h < Heads; h++)
        {
            double[] scores = [.. Rows.Range(3, Prompt - 5).Select(t => Score(query.Row(h, 0), Keys.Row(h / 2, t)))];
            Assert.Equal([0, 1, 2, .. Largest(scores, 12).Select(t => t + 3), .. Rows.Range(Prompt - 5, Prompt)], selected[h]);
        }
    }

    [Fact]
    public void Quest_selects_pages_by_their_bound()
    {
        HeadRows query = Rows.Random(36, Heads, 1, Width);
        CachePolicy policy = CachePolicy.Parse("quest --budget 24 --page 8 --dense 1");
        int[][] selected = Trial.Select(policy, 1, Prompt - 1, query, Keys); // 7 whole pages before the last token, 4 tokens behind them
        Assert.Equal(Prompt, Trial.Select(policy, 0, Prompt - 1, query, Keys)[0].Length);
        for (int h = 0; h < Heads; h++)
        {
            double[] bounds = [.. Enumerable.Range(0, 7).Select(p => Enumerable.Range(0, Width).Sum(i =>
            {
                double[] page = [.. Rows.Range(8 * p, 8 * (p + 1)).Select(t => (double)Keys.Row(h / 2, t)[i])];
                double q = query.Row(h, 0)[i];
                return Math.Max(q * page.Max(), q * page.Min());
            }))];
            Assert.Equal([.. Largest(bounds, 2).SelectMany(p => Rows.Range(8 * p, 8 * (p + 1))), .. Rows.Range(56, 60)], selected[h]);
        }
    }

    [Fact]
    public void Infllm_selects_blocks_by_their_representatives()
    {
        CachePolicy policy = CachePolicy.Parse("infllm --budget 30 --page 8 --sinks 4 --recent 10 --representatives 2");
        var trial = new PolicyTrial(policy, Trial.Shape(1, Queries, Keys, Prompt));
        trial.Prompt(0, Trial.Scaled(Queries), Trial.Flat(Keys));
        trial.EndPrompt();
        HeadRows query = Rows.Random(37, Heads, 1, Width), key = Rows.Random(38, KeyHeads, 1, Width);
        int[][] selected = trial.Step(0, Trial.Scaled(query), Trial.Flat(key));

        // 61 tokens: 4 first, 5 blocks (the sixth would end behind the recent ones' first), 17 last ones.
        double[] scores = new double[5];
        foreach ((int b, int k) in from b in Enumerable.Range(0, 5) from k in Enumerable.Range(0, KeyHeads) select (b, k))
        {
            int[] block = Rows.Range(4 + (8 * b), 12 + (8 * b));
            double[] local = [.. block.Select(t => (from h in new[] { 2 * k, (2 * k) + 1 }
                                                    from r in Rows.Range(t + 1, Math.Min(Prompt, t + 11))
                                                    select Score(Queries.Row(h, r), Keys.Row(k, t))).Sum())];
            scores[b] += (from i in Largest(local, 2)
                          from h in new[] { 2 * k, (2 * k) + 1 }
                          select Score(query.Row(h, 0), Keys.Row(k, block[i]))).Sum();
        }

        int[] blocks = Largest(scores, 1);
        Assert.All(selected, head => Assert.Equal(
            [0, 1, 2, 3, .. blocks.SelectMany(b => Rows.Range(4 + (8 * b), 12 + (8 * b))), .. Rows.Range(44, 61)], head));
    }

    [Fact]
    public void Arkvale_selects_pages_by_centre_and_spread()
    {
        HeadRows query = Rows.Random(39, Heads, 1, Width);
        CachePolicy policy = CachePolicy.Parse("arkvale --budget 26 --page 6 --sinks 6 --recent 6");
        int[][] selected = Trial.Select(policy, 0, Prompt - 1, query, Keys); // 8 pages between 6 first and 6 last tokens
        for (int h = 0; h < Heads; h++)
        {
            float[] q = query.Row(h, 0).ToArray();
            double[] scores = [.. Enumerable.Range(1, 8).Select(p =>
            {
                float[][] keys = [.. Rows.Range(6 * p, 6 * (p + 1)).Select(t => Keys.Row(h / 2, t).ToArray())];
                float[] centre = [.. Enumerable.Range(0, Width).Select(i => (keys.Max(k => k[i]) + keys.Min(k => k[i])) / 2)];
                double spread = keys.Average(k => Length([.. k.Zip(centre, (a, b) => a - b)]));
                return q.Zip(centre, (a, b) => a * (double)b).Sum() + (Length(q) * spread);
            })];
            Assert.Equal([.. Rows.Range(0, 6), .. Largest(scores, 2).SelectMany(p => Rows.Range((6 * p) + 6, (6 * p) + 12)), .. Rows
                .Range(54, 60)], selected[h]);
        }
    }

    [Fact]
    public async Task Think_zeroes_the_channels_that_matter_least()
    {
        var operations = new ClearOperations(Heads, KeyHeads, Width, Math.Log2(Math.E) / Math.Sqrt(Width));
        var cache = new LayerCache<float[]>(operations, KeyHeads, Prompt, Width);
        cache.AppendKeys(operations.FactorOf(Trial.Flat(Keys)), Prompt);
        CacheShape shape = Trial.Shape(1, Queries, Keys, Prompt);
        PolicyRun<float[]> run = CachePolicy.Parse("think --window 10 --pruned 0.4").Begin(operations, shape);
        Factor<float[]> queries = operations.FactorOf(Trial.Scaled(Queries));
        await run.JudgeAgain(operations, 0, queries, Heads, Prompt, 0, cache);
        await run.EndPrompt([cache]);
        float[] left = cache.Keys.Read(0, Prompt).Value;
        for (int k = 0; k < KeyHeads; k++)
        {
            double[] importance = [.. Enumerable.Range(0, Width).Select(i =>
                (from h in new[] { 2 * k, (2 * k) + 1 } from r in Rows.Range(Prompt - 10, Prompt) select Square(Queries.Row(h, r)[i])).Sum()
                * Tokens.Sum(t => Square(Keys.Row(k, t)[i])))];
            int[] stay = Largest(importance, Width - 3); // 40 % of 8, rounded down
            foreach ((int t, int i) in from t in Tokens from i in Enumerable.Range(0, Width) select (t, i))
            {
                float expected = t >= Prompt - 10 || stay.Contains(i) ? Keys.Row(k, t)[i] : 0;
                Assert.Equal(expected, left[(((k * Prompt) + t) * Width) + i]);
            }
        }

        static double Square(double x) => x * x;
    }

    [Fact]
    public void Clusterkv_selects_whole_clusters_and_cuts_the_last()
    {
        // Keys in three directions; the query looks along the second and a little along the third.
        float[] keys = [.. Enumerable.Range(0, 12).SelectMany(t => Direction(t % 3, 1 + (t / 24f)))];
        var rows = new HeadRows(keys, 1, 12, 3);
        CachePolicy policy = CachePolicy.Parse("clusterkv --budget 7 --dense 0 --sinks 0 --cluster 4");
        var query = new HeadRows(new float[] { -1, 2, 1 }, 1, 1, 3);
        var trial = new PolicyTrial(policy, Trial.Shape(1, query, rows, 12));
        trial.Prompt(0, Trial.Scaled(query), keys);
        trial.EndPrompt();
        Assert.Equal([1, 2, 4, 5, 7, 10, 12], trial.Step(0, Trial.Scaled(query), Direction(0, 1))[0]);

        static float[] Direction(int axis, float length) => [.. Enumerable.Range(0, 3).Select(i => i == axis ? length : 0.1f)];
    }

    [Fact]
    public void A_cascade_takes_every_second_token_that_is_pushed_out()
    {
        // 2 first tokens, sub-caches of 3 places, 3 of them: after 20 tokens 15 were pushed out of the newest, eight pairs of them (one not
        // full), five of these on, in pairs again.
        var layout = CascadeLayout.After(20, sinks: 2, size: 3, levels: 3);
        (int, int)[] expected = [(2, 4), (6, 4), (10, 2), (12, 2), (14, 2), (16, 1), (17, 1), (18, 1), (19, 1)];
        Assert.Equal(expected, layout.Runs);
        Assert.Equal(2 + layout.Runs.Count(), layout.Count);

        // From here on each token makes one go or two compete, and the cache holds the same number or one more.
        for (int t = 20; t < 200; t++)
        {
            layout.Push();
            Assert.InRange(layout.Count, 9, 11);
            Assert.Equal(layout.Runs.First().From + layout.Runs.Sum(r => r.Size), t + 1); // no gap
        }
    }

    [Fact]
    public void Cascading_kv_keeps_of_each_run_what_received_most()
    {
        const string text = "cascading-kv --budget 20 --sinks 4 --cascades 4 --window 16";
        int[][] kept = Kept(text);
        var layout = CascadeLayout.After(Prompt, 4, 4, 4);
        for (int k = 0; k < KeyHeads; k++)
        {
            double[] received = new double[Prompt];
            foreach ((int h, int r) in from h in new[] { 2 * k, (2 * k) + 1 } from r in Rows.Range(Prompt - 16, Prompt) select (h, r))
            {
                received = [.. received.Select((v, t) => v + (t <= r ? Attention(h, r)[t] : 0))];
            }

            int[] winners = [.. layout.Runs.Select(run => run.From + Largest(received[run.From..(run.From + run.Size)], 1)[0])];
            Assert.Equal([0, 1, 2, 3, .. winners], kept[k]);
        }

        Assert.Equal(kept[0].Length, CachePolicy.Parse(text).Kept(Prompt, 0));
    }

    [Theory]
    [InlineData(100, 30)]
    [InlineData(30, 30)]
    [InlineData(25, 29)]
    public void Streaming_llm_keeps_a_cache_of_one_size(int prompt, int cached)
    {
        CachePolicy policy = CachePolicy.Parse("streaming-llm --budget 30");
        Assert.Equal(Math.Min(prompt, 30), policy.Kept(prompt, 0));
        Assert.Equal(cached, policy.Cached(prompt, 4, 0));
    }

    [Fact]
    public void A_page_rule_never_exceeds_its_budget_but_for_what_always_takes_part()
    {
        Gen<int> small = Gen.Int[1, 20];
        Gen.Select(small, Gen.Int[1, 80], Gen.Int[0, 20], small, Gen.Int[1, 200]).Sample((size, budget, sinks, recent, tokens) =>
        {
            var rule = new PageRule { Size = size, Budget = budget, Sinks = sinks, Recent = recent, Deciders = 1 };
            var layout = new PageLayout(rule, tokens);
            Assert.Equal(tokens, layout.First + (layout.Pages * size) + layout.Last);
            Assert.True(layout.Selected <= Math.Max(budget, layout.First + layout.Last));
            Assert.True(layout.Last >= Math.Min(recent, tokens - layout.First));
        });
    }

    private static IEnumerable<int> Tokens => Enumerable.Range(0, Prompt);

    private static int[][] Kept(string policy) =>
        [.. Trial.Keep(CachePolicy.Parse(policy), 0, Queries, Keys).Select(h => h.Order().ToArray())];

    /// <summary>What the queries of both heads that share a key head gave each token.</summary>
    private static double[] AllAttention(int keyHead) => [.. Tokens.Select(t => Enumerable.Range(0, 2 * Prompt)
        .Sum(i => i % Prompt < t ? 0 : Attention((2 * keyHead) + (i / Prompt), i % Prompt)[t]))];

    private static double[] Attention(int head, int row) =>
        Softmax([.. Enumerable.Range(0, row + 1).Select(t => Score(Queries.Row(head, row), Keys.Row(head / 2, t)))]);

    private static double Score(ReadOnlySpan<float> q, ReadOnlySpan<float> k)
    {
        double sum = 0;
        for (int i = 0; i < q.Length; i++)
        {
            sum += q[i] * (double)k[i];
        }

        return sum / Math.Sqrt(q.Length);
    }

    private static double[] Softmax(double[] scores)
    {
        double[] numerators = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
        return [.. numerators.Select(n => n / numerators.Sum())];
    }

    private static double Length(ReadOnlySpan<float> x) => Math.Sqrt(x.ToArray().Sum(v => v * (double)v));

    private static double[] Mean(IEnumerable<double[]> rows) =>
        rows.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]).Select(v => v / rows.Count()).ToArray();

    private static int[] Largest(double[] values, int count) =>
        [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(count).Order()];
}
