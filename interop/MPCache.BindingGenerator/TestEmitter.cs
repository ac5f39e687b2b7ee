namespace MPCache.BindingGenerator;

/// <summary>Tests that the declarations have the compiler's layout and that the built library has what the header says.</summary>
public sealed class TestEmitter(HeaderModel model, ResponseFile options, Names names)
{
    private const string NeedsTheLibrary = "Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);";

    /// <summary>File name and contents.</summary>
    public (string Name, string Text) Emit()
    {
        Code code = new();
        code.Line("using System.Runtime.CompilerServices;").Line("using System.Runtime.InteropServices;");
        code.Line($"using {options.Namespace};");
        code.Line().Line($"namespace {options.TestNamespace};").Line();
        code.Block("public sealed unsafe class LayoutTests", () =>
        {
            foreach (Structure item in model.Structures)
            {
                Layout(code, item);
            }

            Enumerations(code);
            NativeSizes(code);
            Exports(code);
        });
        return ("LayoutTests.g.cs", DeclarationEmitter.Banner(options) + code);
    }

    private void Layout(Code code, Structure item)
    {
        string type = names.Type(item.Name);
        code.Line("[Fact]").Block($"public void {type}_HasTheCompilersLayout()", () =>
        {
            code.Line($"Assert.Equal({item.Size}, sizeof({type}));").Line($"{type} value = default;").Line("byte* start = (byte*)&value;");
            foreach (Field field in item.Fields)
            {
                code.Line($"Assert.Equal({field.Offset}, (byte*){(field.Count == 0 ? "&" : "")}value.{names.Pascal(field.Name)} - start);");
            }

            code.Line($"Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<{type}>());");
        }).Line();
    }

    private void Enumerations(Code code) => code.Line("[Fact]").Block("public void Enumerations_HaveTheHeadersValues()", () =>
    {
        foreach (Enumeration item in model.Enumerations)
        {
            string type = names.Type(item.Name);
            code.Line($"Assert.Equal({item.Values.Count}, Enum.GetValues<{type}>().Length);");
            foreach (Constant value in item.Values)
            {
                code.Line($"Assert.Equal({value.Value}, (int){type}.{names.EnumValue(item, value.Name)});");
            }
        }
    }).Line();

    private void NativeSizes(Code code) => code.Line("[SkippableFact]").Block("public void Library_ReportsTheSameSizes()", () =>
    {
        string methods = options.MethodClassName;
        code.Line(NeedsTheLibrary).Line($"Assert.Equal((uint){options.ConstantClassName}.AbiVersion, {methods}.AbiVersion());");
        for (int i = 0; i < model.Structures.Count; i++)
        {
            code.Line($"Assert.Equal({model.Structures[i].Size}u, {methods}.StructSize({i}));");
        }

        code.Line($"Assert.Equal(0u, {methods}.StructSize({model.Structures.Count}));");
    }).Line();

    private void Exports(Code code)
    {
        code.Line("[SkippableTheory]");
        foreach (Function function in model.Functions)
        {
            code.Line($"[InlineData(\"{function.Name}\")]");
        }

        code.Block("public void Library_Exports(string name)", () =>
        {
            code.Line(NeedsTheLibrary).Line("bool exported = NativeLibrary.TryGetExport(NativeLibraryResolver.Handle, name, out _);");
            code.Line("Assert.True(exported, $\"{NativeLibraryResolver.LoadedFrom} does not export {name}.\");");
        });
    }
}
