namespace MPCache.Cache;

/// <summary>Places in the clear: for each row the chosen ones, ascending.</summary>
internal sealed class ClearPlaces(int candidates, int[][] places) : HiddenPlaces(places.Length, candidates, places[0].Length)
{
    public int[][] Places => places;

    public override HiddenPlaces Of(int[] rows) => new ClearPlaces(Candidates, [.. rows.Select(r => places[r])]);
}
