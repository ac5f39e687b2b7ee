namespace MPCache.House.Tests;

/// <summary>
/// A type stands in a file of its name, or beside its only user: then no other file says its name. Judged by syntax, so that a name that
/// means something else in another file counts as a use; such a type gets its own file.
/// </summary>
public class TypePlaceTests
{
    [Fact]
    public void EveryTypeIsFoundByItsFile()
    {
        string[] misplaced = [.. Misplaced(Source.All()).Order(StringComparer.Ordinal)];
        Assert.True(misplaced.Length == 0, $"Give each a file of its name, since other files use it: {string.Join("; ", misplaced)}");
    }

    [Theory]
    [InlineData("A.cs", "class A; class B;", "C.cs", "class C { B b; }", "A.cs: B")]
    [InlineData("A.cs", "class A; class B;", "C.cs", "class C { A a; }", "")]
    [InlineData("A.Part.cs", "namespace N; partial class A { class Inner; }", "C.cs", "class C { A.Inner i; }", "")]
    [InlineData("A.cs", "namespace N { delegate void B(); enum A { } }", "C.cs", "namespace N; record C(B b);", "A.cs: B")]
    public void TheRuleItself(string first, string one, string second, string two, string expected) =>
        Assert.Equal(expected, string.Join("; ", Misplaced([Source.Parse(first, one), Source.Parse(second, two)])));

    private static IEnumerable<string> Misplaced(Source[] sources)
    {
        Dictionary<string, int> users = sources.SelectMany(s => s.Names).CountBy(name => name).ToDictionary();
        return from source in sources
               from type in source.Types
               where type != source.Promised && users[type] > 1
               select $"{source.Path}: {type}";
    }
}
