using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>Exact costs of a generation, by running the program through the cost engine: no weights, no data, no time estimate.</summary>
public sealed class CostModel : IDisposable
{
    private readonly Mpc _mpc;
    private readonly SecretProgram _program;
    private Cost _before;

    /// <summary>The costs of one generation.</summary>
    public CostModel(ModelConfig config, FixedPointPlan plan, GenerationRequest request)
    {
        _mpc = new Mpc(Role.Cost, new CostCorrelations(), null, new AesKey(new byte[16]));
        _program = new SecretProgram(_mpc, config, plan, new MaskedModelWeights(config, plan, 0), request);
        PromptTokens = request.PromptTokens;
    }

    private int PromptTokens { get; }

    /// <summary>Costs so far, stage by stage.</summary>
    public Tally Tally => _mpc.Tally;

    /// <summary>What attention and its policy have done so far.</summary>
    public OperationCounts Counts => _program.Counts;

    /// <summary>Dealt bytes so far, by kind of correlation.</summary>
    public Dictionary<string, long> DealtByKind => _mpc.Correlations.DealtByKind();

    /// <summary>Cost of the prompt and the first token.</summary>
    public Cost Prefill()
    {
        _program.Prefill(new int[PromptTokens]);
        return Step();
    }

    /// <summary>Cost of one more pass of so many rows; of one more token, where it has one.</summary>
    public Cost Decode(int rows = 1)
    {
        _program.Decode(new int[rows]);
        return Step();
    }

    /// <summary>So many rows of the last pass stay; see <see cref="SecretProgram.Keep"/>.</summary>
    public void Keep(int rows) => _program.Keep(rows);

    private Cost Step()
    {
        Cost now = _mpc.Tally.Total, step = now - _before;
        _before = now;
        return step;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _mpc.Dispose();
    }
}
