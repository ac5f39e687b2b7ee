using System.Globalization;
using System.Text;

namespace MPCache.BindingGenerator;

/// <summary>Tests that the declarations have the compiler's layout and that the built library has what the header says.</summary>
public sealed class TestEmitter(HeaderModel model, ResponseFile options, Names names)
{
    /// <summary>File name and contents.</summary>
    public (string Name, string Text) Emit()
    {
        StringBuilder text = new(DeclarationEmitter.Banner(options));
        text.Append("using System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\n");
        text.Append(CultureInfo.InvariantCulture, $"using {options.Namespace};\n\nnamespace {options.TestNamespace};\n\n");
        text.Append("public sealed unsafe class LayoutTests\n{\n");
        foreach (Structure item in model.Structures)
        {
            Layout(text, item);
        }

        Enumerations(text);
        NativeSizes(text);
        Exports(text);
        return ("LayoutTests.g.cs", text.Append("}\n").ToString());
    }

    private void Layout(StringBuilder text, Structure item)
    {
        string type = names.Type(item.Name);
        text.Append(CultureInfo.InvariantCulture, $"    [Fact]\n    public void {type}_HasTheCompilersLayout()\n    {{\n");
        text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal({item.Size}, sizeof({type}));\n        {type} value = default;\n        byte* start = (byte*)&value;\n");
        foreach (Field field in item.Fields)
        {
            string place = $"{(field.Count == 0 ? "&" : "")}value.{names.Pascal(field.Name)}";
            text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal({field.Offset}, (byte*){place} - start);\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<{type}>());\n    }}\n\n");
    }

    private void Enumerations(StringBuilder text)
    {
        text.Append("    [Fact]\n    public void Enumerations_HaveTheHeadersValues()\n    {\n");
        foreach (Enumeration item in model.Enumerations)
        {
            text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal({item.Values.Count}, Enum.GetValues<{names.Type(item.Name)}>().Length);\n");
            foreach (Constant value in item.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal({value.Value}, (int){names.Type(item.Name)}.{names.EnumValue(item, value.Name)});\n");
            }
        }

        text.Append("    }\n\n");
    }

    private void NativeSizes(StringBuilder text)
    {
        string methods = options.MethodClassName;
        text.Append("    [SkippableFact]\n    public void Library_ReportsTheSameSizes()\n    {\n");
        text.Append("        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);\n");
        text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal((uint){options.ConstantClassName}.AbiVersion, {methods}.AbiVersion());\n");
        for (int i = 0; i < model.Structures.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal({model.Structures[i].Size}u, {methods}.StructSize({i}));\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"        Assert.Equal(0u, {methods}.StructSize({model.Structures.Count}));\n    }}\n\n");
    }

    private void Exports(StringBuilder text)
    {
        text.Append("    [SkippableTheory]\n");
        foreach (Function function in model.Functions)
        {
            text.Append(CultureInfo.InvariantCulture, $"    [InlineData(\"{function.Name}\")]\n");
        }

        text.Append("    public void Library_Exports(string name)\n    {\n");
        text.Append("        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);\n");
        text.Append("        Assert.True(NativeLibrary.TryGetExport(NativeLibraryResolver.Handle, name, out _), $\"{NativeLibraryResolver.LoadedFrom} does not export {name}.\");\n");
        text.Append("    }\n");
    }
}
