namespace MPCache.Cache;

/// <summary>In the clear a tensor is ready for products as it is.</summary>
internal sealed class ClearFactor(float[] value) : Factor<float[]>
{
    public override float[] Value => value;
}
