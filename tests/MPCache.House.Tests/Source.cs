using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MPCache.House.Tests;

/// <summary>One file of C# that people write, as syntax.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Types">Names of the types that stand in it, not inside another.</param>
/// <param name="Names">Every identifier in it.</param>
internal sealed record Source(string Path, string[] Types, HashSet<string> Names)
{
    private static readonly string[] s_folders = ["src", "interop", "bench", "tests"];

    /// <summary>All files of the repository but generated ones.</summary>
    public static Source[] All() =>
    [
        .. s_folders.SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal) && !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => Parse(path, File.ReadAllText(Repository.File(path)))),
    ];

    /// <summary>Reads a file's text.</summary>
    public static Source Parse(string path, string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        IEnumerable<MemberDeclarationSyntax> outermost = root
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>();
        string[] types =
        [
            .. outermost.OfType<BaseTypeDeclarationSyntax>().Select(t => t.Identifier.ValueText),
            .. outermost.OfType<DelegateDeclarationSyntax>().Select(d => d.Identifier.ValueText),
        ];
        IEnumerable<SyntaxToken> identifiers = root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken));
        return new Source(path, types, [.. identifiers.Select(t => t.ValueText)]);
    }

    /// <summary>The name that a file promises: what stands before its first dot.</summary>
    public string Promised => System.IO.Path.GetFileName(Path).Split('.')[0];
}
