using MPCache.Inference;
using MPCache.Models;
using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>B masks one W only: two under the same B would show their difference to whoever holds both F.</summary>
public sealed class WeightMaskTests(Victim victim) : IClassFixture<Victim>
{
    private static readonly byte[] Secret = new byte[32];

    [Fact]
    public void AnotherPlanMeansAnotherMask()
    {
        FixedPointPlan plan = victim.Model.Public.Plan;
        FixedPointPlan moved = plan with
        {
            Layers = [plan.Layers[0] with { QueryKeyValueFrac = [plan.Layers[0].QueryKeyValueFrac[0]
            - 1, .. plan.Layers[0].QueryKeyValueFrac[1..]] }, .. plan.Layers[1..]]
        };
        (WeightMaskSeed a, WeightMaskSeed again, WeightMaskSeed b) = (Derive(plan), Derive(plan), Derive(moved));
        Assert.Equal(a.Id, again.Id);
        Assert.Equal(a.Copy(), again.Copy());
        Assert.NotEqual(a.Id, b.Id);
        Assert.NotEqual(a.Copy(), b.Copy());
    }

    [Fact]
    public void OneWeightThatDiffersMeansAnotherMask()
    {
        GgufBuilder other = TinyModel.Gguf("llama");
        byte[] bytes = other.Build().File;
        bytes[^9] ^= 0x40; // in the last tensor's data
        using ModelFile file = ModelFile.Open(victim.Folder.Write("other.gguf", bytes));
        using var weights = new PlainModelWeights(file, victim.Model.Public.Plan);
        Assert.NotEqual(
            Derive(victim.Model.Public.Plan).Id,
            WeightMaskSeed.Derive(Secret, new ModelLayout(file.Config), victim.Model.Public.Plan, weights).Id);
    }

    [Fact]
    public void AStaleFileIsNotUsed()
    {
        using var folder = new TempFolder();
        new InProcess(victim.Model, victim.File, folder.Path).Generate(Victim.Request, Victim.Prompt);
        string file = Assert.Single(Directory.EnumerateFiles(folder.Path, "*.masked"));
        PublicModel model = victim.Model.Public;
        using (MaskedWeightsFile? kept = MaskedWeightsFile.TryOpen(folder.Path, model))
        {
            Assert.NotNull(kept);
        }

        Assert.Null(MaskedWeightsFile.TryOpen(folder.Path, model with { MaskId = new string('0', 64) }));
        Assert.Null(MaskedWeightsFile.TryOpen(folder.Path, model with { Sha256 = new string('0', 64) }));

        // Nor one that somebody else made: the hash is keyed.
        using var other = new TempFolder();
        File.Copy(file, other.File(Path.GetFileName(file)));
        Assert.Null(MaskedWeightsFile.TryOpen(other.Path, model));
    }

    [Fact]
    public void TheSecretIsItsOwnersAloneAndStays()
    {
        using var folder = new TempFolder();
        byte[] first = WeightMaskSeed.Secret(folder.Path, victim.File.Sha256, null);
        Assert.Equal(first, WeightMaskSeed.Secret(folder.Path, victim.File.Sha256, null));
        string file = Assert.Single(Directory.EnumerateFiles(folder.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        File.WriteAllBytes(file, [1, 2, 3]);
        var warnings = new List<string>();
        Assert.Equal(32, WeightMaskSeed.Secret(folder.Path, victim.File.Sha256, warnings.Add).Length);
        Assert.Contains("3 bytes", Assert.Single(warnings));
    }

    private WeightMaskSeed Derive(FixedPointPlan plan)
    {
        using var weights = new PlainModelWeights(victim.File, plan);
        return WeightMaskSeed.Derive(Secret, new ModelLayout(victim.File.Config), plan, weights);
    }
}
